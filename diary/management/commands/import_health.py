"""`manage.py import_health FILE --account ADDRESS`: a file of any size into the diary of an account."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from math import inf
from pathlib import Path
from typing import IO, Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import wrap_file

from diary.access.levels import Access, require
from diary.access.log import Line
from diary.format.normal_form import normal_email
from diary.format.streamed_document import Rows
from diary.format.strict_json import Invalid, Malformed
from diary.format.validation import latest_date
from diary.health_files.left_out import SAYS, LeftOut
from diary.health_files.opening import Bounds
from diary.health_files.weights_csv import Unit
from diary.models import Import, User
from diary.problems import Problem
from diary.recording.bounds import ROWS
from diary.recording.imports import outcome
from diary.recording.imports.accept import accept, file_in, left_out_of
from diary.recording.imports.trial import tried
from diary.recording.imports.work import work

_ANY_SIZE: Final = 2**50
_PATIENCE: Final = timedelta(minutes=2)
"""Someone else may be at it, or have died; what is due later than this is due tomorrow."""


class Command(BaseCommand):
    """It takes the way of `POST …/import`, but for the bounds of a request. Killed and started again it goes on."""

    help = (
        "Imports a file into the diary of an account: a diary document, Apple Health's export, Health Connect's, FHIR "
        "Observations of weight and pain, or a table of weights. Importing it again adds nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which file, and into whose diary."""
        parser.add_argument("file", help="the file, or - for standard input")
        parser.add_argument("--account", required=True, help="the address of the account")
        parser.add_argument("--dry-run", action="store_true", help="only say what an import would do")
        parser.add_argument("--weight-unit", choices=["kg", "lb"], help="of a table of weights that does not say it")

    def handle(
        self,
        *_args: Any,
        file: str,
        account: str,
        dry_run: bool,
        weight_unit: Unit | None,
        **_options: Any,
    ) -> None:
        """Say what became of it. Raises CommandError."""
        access, now = _way(account), timezone.now()
        bounds = Bounds(latest_date(now), ROWS, unpacked=_ANY_SIZE, stored=_ANY_SIZE)
        try:
            with _opened(file) as raw:
                if dry_run:
                    with file_in(raw.read, now=now, unit=weight_unit, bounds=bounds) as found:
                        trial = tried(access=access, file=found, look=_nothing)
                    self._say(trial.kind, trial.counts, trial.left_out)
                    return
                line = Line("imported", "document")
                document = accept(
                    access=access, read=raw.read, look=_nothing, line=line, now=now, unit=weight_unit, bounds=bounds
                )
        except Malformed as malformed:
            raise CommandError(malformed.says) from malformed
        except Invalid as invalid:
            raise CommandError("\n".join(f"{one.pointer}: {one.detail}" for one in invalid.errors)) from invalid
        except Problem as problem:
            raise CommandError(problem.detail) from problem
        self._finish(document)

    def _finish(self, document: Import) -> None:
        """Store what waits, beside the workers, who go on with it if this is killed."""
        while document.due_at is not None and document.due_at < timezone.now() + _PATIENCE:
            work(import_id=document.pk, now=timezone.now(), seconds=inf)
            document.refresh_from_db()
            if document.due_at is not None:
                time.sleep(1)
        self.stdout.write(f"import {document.pk}: {document.state}, {outcome.done(document)} of {document.rows} rows")
        if document.due_at is not None:
            self.stdout.write(f"The rest follows from {document.due_at:%Y-%m-%d %H:%M} UTC on.")
        self._say(document.kind, document.counts, left_out_of(document))

    def _say(self, kind: str, counts: Mapping[Any, Mapping[Any, int]], left_out: LeftOut) -> None:
        self.stdout.write(f"recognised as {kind}")
        for name, ends in counts.items():
            if ends:
                self.stdout.write(f"{name}: " + ", ".join(f"{count} {end}" for end, count in sorted(ends.items())))
        self.stdout.write(f"not understood: {left_out.not_understood}, passed over: {left_out.passed_over}")
        for row in left_out.first:
            self.stdout.write(f"  {row.place}: {SAYS[row.reason]}")


def _way(account: str) -> Access:
    user = User.objects.filter(email=normal_email(account)).first()
    if user is None:
        raise CommandError("There is no account with this address.")
    return require(actor_id=user.pk, patient="me", level="own")


@contextmanager
def _opened(name: str) -> Iterator[IO[bytes]]:
    """With a bar on a terminal, if the size is known. Raises CommandError."""
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        with Path(name).open("rb") as raw:
            console = Console(stderr=True)
            with wrap_file(
                raw, total=Path(name).stat().st_size, console=console, disable=not console.is_terminal
            ) as read:
                yield read
    except OSError as error:
        raise CommandError(f"The file can't be read: {error.strerror}") from error


def _nothing(_rows: Rows) -> None:
    """Nobody is there to be answered danger signs; they are found when the rows are stored."""
