"""Replay of a rule change: stored diaries screened with candidate versions of rules beside the active ones.

It shows which alerts people would have had more and which less. Nothing is written and nobody is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final, Literal
from uuid import UUID

from django.db import connection, transaction

from alerts.history import history_of_patient
from alerts.rules.candidates import candidate_of
from alerts.rules.findings import Finding
from alerts.rules.history import History
from alerts.rules.registry import RULES, rules_with
from alerts.rules.rule import Rule
from alerts.rules.screening import screen
from alerts.spreading import spread
from diary.models import Patient

BATCH: Final = 100
"""Diaries read and screened in one transaction."""

Change = Literal["gained", "lost"]
Candidate = tuple[str, int]
"""A candidate's rule and version, by which another process finds it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """An alert that is met on the date by the candidates alone (gained) or by the active rules alone (lost).

    `version` is that of the rule that meets it.
    """

    change: Change
    rule: str
    version: int
    tier: str
    met_on: date


@dataclass(frozen=True, slots=True)
class Replayed:
    """One diary: what changes, in order of time."""

    patient: UUID
    differences: tuple[Difference, ...]


def stored_diaries() -> int:
    """How many diaries a replay goes through."""
    return Patient.objects.count()


def replay(candidates: Sequence[Rule], *, jobs: int) -> Iterator[Replayed]:
    """Every stored diary, with the alerts that the candidates gain and lose.

    In constant memory, over as many processes as asked for; each batch of diaries is read as of one moment. With more
    than one process the candidates must be listed in `alerts.rules.candidates`.
    """
    diaries = Patient.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=10 * BATCH)
    if jobs == 1:
        return spread(partial(_replayed, rules=rules_with(*candidates)), diaries, batch=BATCH, jobs=1)
    named = [(candidate.id, candidate.version) for candidate in candidates]
    return spread(partial(_replayed_by_name, candidates=named), diaries, batch=BATCH, jobs=jobs)


def differences(history: History, rules: Mapping[str, Rule]) -> tuple[Difference, ...]:
    """What these rules find that the active ones do not, and the other way round, by date and rule."""
    now, then = (_by_alert(screen(history, rules=asked)) for asked in (RULES, rules))
    changes: dict[Change, list[Finding]] = {
        "gained": [then[alert] for alert in then.keys() - now.keys()],
        "lost": [now[alert] for alert in now.keys() - then.keys()],
    }
    found = [_difference(change, finding) for change, findings in changes.items() for finding in findings]
    return tuple(sorted(found, key=lambda one: (one.met_on, one.rule, one.change)))


def _replayed_by_name(patients: Sequence[UUID], *, candidates: Sequence[Candidate]) -> list[Replayed]:
    return _replayed(patients, rules=rules_with(*(candidate_of(*named) for named in candidates)))


def _replayed(patients: Sequence[UUID], *, rules: Mapping[str, Rule]) -> list[Replayed]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        stored = Patient.objects.in_bulk(list(patients))
        return [
            Replayed(patient, differences(history_of_patient(stored[patient]), rules))
            for patient in patients
            if patient in stored
        ]


def _by_alert(findings: Sequence[Finding]) -> dict[tuple[str, str, date], Finding]:
    return {(finding.rule, finding.tier.value, finding.met_on): finding for finding in findings}


def _difference(change: Change, finding: Finding) -> Difference:
    return Difference(change, finding.rule, finding.version, finding.tier.value, finding.met_on)
