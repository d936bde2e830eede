"""`manage.py screen FILE`: what the rules find in diary documents, without a server or a database."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.progress import DownloadColumn

from alerts.management.arguments import at_least_one
from alerts.management.progress import progress_bar
from alerts.screening.documents import Screened, screened_documents


class Command(BaseCommand):
    """Writes one JSON line for each document; reports invalid ones with line and field, and continues."""

    help = "Screens a diary document, or one a line (.jsonl), and writes one JSON line for each."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a diary document, or a .jsonl file with one a line")
        parser.add_argument("--as-of", type=_date, metavar="DATE", help="ignore everything later (YYYY-MM-DD)")
        parser.add_argument("--jobs", type=at_least_one, default=1, metavar="N", help="processes to use")

    def handle(self, *_args: Any, file: Path, as_of: date | None, jobs: int, **_options: Any) -> None:
        bad = total = 0
        try:
            with progress_bar(self, file.name, DownloadColumn()) as progress:
                bar = progress.add_task("screening", total=file.stat().st_size)
                for screened in screened_documents(file, as_of=as_of, jobs=jobs):
                    total += 1
                    bad += self._report(screened)
                    progress.advance(bar, screened.size)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except BrokenProcessPool as error:
            raise CommandError(f"A process died after {total} documents.") from error
        if bad:
            raise CommandError(f"{bad} of {total} documents could not be screened.")

    def _report(self, screened: Screened) -> bool:
        """Write the answer, or what is wrong; says whether the document was bad."""
        if screened.answer is not None:
            self.stdout.write(screened.answer)
            return False
        for error in screened.errors:
            self.stderr.write(f"line {screened.line}: {error.pointer or '(document)'}: {error.detail}")
        return True


def _date(text: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ArgumentTypeError("must be a date like 2026-03-29")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError("no such date") from error
