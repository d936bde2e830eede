"""`manage.py replay --rule ID`: what a candidate version of a rule would change for the diaries that are stored.

`--since-version-1`: what the active versions changed.
"""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError
from rich.progress import MofNCompleteColumn

from alerts.management.arguments import at_least_one
from alerts.management.progress import progress_bar
from alerts.replay.differences import Change
from alerts.replay.run import Replayed, replay, replay_since_version_1
from alerts.rules.candidates import CANDIDATES, candidate_of
from diary.models import Patient

ROW = "{change:<6}  {met_on!s:<10}  {tier:<10}  {rule:<28}  {version:>7}  {patient}"


class Command(BaseCommand):
    """Prints one line for each alert gained or lost, then the totals. Read-only; no messages are sent."""

    help = "Screens stored diaries with candidate versions of rules, and lists the alerts gained and lost."

    def add_arguments(self, parser: ArgumentParser) -> None:
        tried = parser.add_mutually_exclusive_group(required=True)
        tried.add_argument(
            "--since-version-1",
            action="store_true",
            help="show what the active versions gain and lose against version 1, when assessments lapsed",
        )
        tried.add_argument(
            "--rule",
            type=_named,
            action="append",
            default=[],
            metavar="ID[@VERSION]",
            help=f"the candidate to try, by default the newest; several are tried together (available: {_listed()})",
        )
        parser.add_argument("--jobs", type=at_least_one, default=1, metavar="N", help="processes to use")
        parser.add_argument("--json", action="store_true", help="one JSON value a line instead of a table")

    def handle(
        self,
        *_args: Any,
        rule: list[tuple[str, int | None]],
        since_version_1: bool,
        jobs: int,
        json: bool,
        **_options: Any,
    ) -> None:
        try:
            candidates = [candidate_of(*named) for named in rule]
        except LookupError as error:
            raise CommandError(f"There is {error.args[0]}. Available: {_listed()}.") from error
        replayed_diaries = replay_since_version_1(jobs=jobs) if since_version_1 else replay(candidates, jobs=jobs)
        if not json:
            titles = {name: name for name in ("change", "met_on", "tier", "rule", "version", "patient")}
            self.stdout.write(ROW.format(**titles))
        changes: Counter[Change] = Counter()
        done = changed = 0
        try:
            with progress_bar(self, "replaying", MofNCompleteColumn()) as progress:
                bar = progress.add_task("replaying", total=Patient.objects.count())
                for gone_through in replayed_diaries:
                    done += gone_through.diaries
                    changed += len(gone_through.changed)
                    for replayed in gone_through.changed:
                        changes.update(difference.change for difference in replayed.differences)
                        self._write(replayed, json=json)
                    progress.advance(bar, gone_through.diaries)
        except BrokenProcessPool as error:
            raise CommandError(f"A process died after {done} diaries.") from error
        self.stderr.write(f"{changes['gained']} gained, {changes['lost']} lost, in {changed} of {done} diaries.")

    def _write(self, replayed: Replayed, *, json: bool) -> None:
        for difference in replayed.differences:
            shown = {**asdict(difference), "patient": str(replayed.patient)}
            self.stdout.write(msgspec.json.encode(shown).decode() if json else ROW.format(**shown))


def _named(text: str) -> tuple[str, int | None]:
    rule, _, version = text.partition("@")
    if version and not version.isdecimal():
        raise ArgumentTypeError("a version is a whole number")
    return rule, int(version) if version else None


def _listed() -> str:
    return ", ".join(f"{one.id}@{one.version}" for versions in CANDIDATES.values() for one in versions) or "none"
