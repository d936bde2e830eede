"""`manage.py alerts audit`: unfinished work, for the person on call; exit status 1 if there is any."""

from __future__ import annotations

import io
import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from alerts.auditing import Audited, audit


class Command(BaseCommand):
    """Prints a line for each check, and the ids of what failed."""

    help = "Looks for alerts, deliveries, escalations and diaries left unprocessed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        auditing = actions.add_parser("audit", help="print what is wrong; exit status 1 if anything is")
        auditing.add_argument(
            "--repair", action="store_true", help="repair what can be repaired, as the service itself does"
        )
        auditing.add_argument("--json", action="store_true", help="for programs: one object, with every id")

    def handle(self, *_args: Any, repair: bool, **options: Any) -> None:
        audited = audit(now=timezone.now(), mend=repair)
        (self._print_json if options["json"] else self._print_table)(audited)
        if any(one.left for one in audited):
            sys.exit(1)

    def _print_json(self, audited: Sequence[Audited]) -> None:
        checks = {
            one.check.name: {"found": [str(id_) for id_ in one.found], "mended": one.mended, "left": one.left}
            for one in audited
        }
        self.stdout.write(json.dumps(checks))

    def _print_table(self, audited: Sequence[Audited]) -> None:
        table = Table(box=None)
        for heading in ("check", "found", "mended", "left", "what"):
            table.add_column(heading, justify="right" if heading in {"found", "mended", "left"} else "left")
        for one in audited:
            table.add_row(one.check.name, str(len(one.found)), str(one.mended), str(one.left), one.check.says)
        console = Console(file=io.StringIO(), width=120)
        with console.capture() as printed:
            console.print(table)
        self.stdout.write(printed.get())
        for one in audited:
            for id_ in one.found[:20]:
                self.stdout.write(f"{one.check.name} {id_}")
