"""`manage.py cohort generate|score`: synthetic diaries, and how the rules do on them. No server, no database."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from evaluation.cohorts.labels import LatentRules
from evaluation.cohorts.latent import LatentPerson, date_of
from evaluation.cohorts.reporting import report
from evaluation.cohorts.scenarios import SCENARIOS, person
from evaluation.scoring.evidence import Evidence, evidence, evidence_json
from evaluation.scoring.page import evidence_page
from evaluation.scoring.running import processes


class Command(BaseCommand):
    """Writes cohorts of synthetic people to files, or scores the rules on them."""

    help = "Generates synthetic diaries with their labels, or scores the rules on synthetic people."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        generate = actions.add_parser("generate", help="write diaries and their labels, one a line")
        generate.add_argument("directory", type=Path)
        score = actions.add_parser("score", help="print the figures and their goals")
        score.add_argument("--jobs", type=int, default=1, help="processes to use")
        score.add_argument(
            "--varied", type=int, default=0, help="people per cohort when varying the generator's parameters"
        )
        score.add_argument("--candidates", action="store_true", help="also try the candidate versions of rules")
        score.add_argument("--write", type=Path, metavar="DIRECTORY", help="write the page, JSON and picture there")
        for action in (generate, score):
            action.add_argument("--seed", type=int, required=True)
            action.add_argument("--people", type=int, default=200, help="people per cohort")
            action.add_argument("--scenario", choices=list(SCENARIOS), action="append", help="all by default")

    def handle(
        self, *_args: Any, action: str, seed: int, people: int, scenario: list[str] | None, **options: Any
    ) -> None:
        for_action = self._generate if action == "generate" else self._score
        for_action(scenario or list(SCENARIOS), seed, people, options)

    def _generate(self, scenarios: list[str], seed: int, count: int, options: dict[str, Any]) -> None:
        directory: Path = options["directory"]
        directory.mkdir(parents=True, exist_ok=True)
        for name in scenarios:
            diaries, labels = (directory / f"{name}{ending}" for ending in (".jsonl", ".labels.jsonl"))
            with diaries.open("w") as diaries_file, labels.open("w") as labels_file:
                for number in range(count):
                    drawn = person(SCENARIOS[name], seed=seed, number=number)
                    document, _ = report(drawn, SCENARIOS[name])
                    diaries_file.write(json.dumps(document) + "\n")
                    labels_file.write(json.dumps(_label(drawn)) + "\n")
            self.stdout.write(f"{diaries} and {labels}: {count} synthetic people")

    def _score(self, scenarios: list[str], seed: int, count: int, options: dict[str, Any]) -> None:
        with processes(options["jobs"]) as mapped:
            found = evidence(
                [SCENARIOS[name] for name in scenarios],
                seed=seed,
                count=count,
                mapped=mapped,
                varied=options["varied"],
                candidates=options["candidates"],
            )
        if options["write"] is None:
            self.stdout.write(evidence_page(found))
        else:
            _write(found, options["write"])


def _write(found: Evidence, directory: Path) -> None:
    from evaluation.scoring.picture import evidence_picture  # drawn with a development dependency

    files = {
        "evidence.md": evidence_page(found),
        "evidence.json": evidence_json(found),
        "evidence.svg": evidence_picture(found.figures),
    }
    for name, text in files.items():
        (directory / name).write_text(text.rstrip() + "\n", encoding="utf-8")


def _label(person: LatentPerson) -> dict[str, Any]:
    """What is true of a synthetic person, for whoever reads the diaries elsewhere."""
    return {
        "person": person.name,
        "kind": person.kind,
        "synthetic": True,
        "diagnosis": None if person.diagnosis is None else date_of(person.diagnosis).isoformat(),
        "danger_signs": {date_of(day).isoformat(): rule for day, rule in sorted(person.triggers.items())},
        "met_on": {
            rule: [date_of(day).isoformat() for day in days] for rule, days in LatentRules(person).met().items()
        },
    }
