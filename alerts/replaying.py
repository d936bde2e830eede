"""Replay of a rule change: stored diaries screened with candidate versions of rules beside the active ones.

It shows which alerts people would have had more and which less. Nothing is written and nobody is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from alerts.rule_changes import Difference, differences
from alerts.rules.candidates import candidate_of
from alerts.rules.registry import RULES
from alerts.rules.rule import Rule
from alerts.ruling_out import InQuestion, diaries_in_question, still_in_question
from alerts.spreading import spread
from alerts.stored_histories import stored_histories
from diary.models import Patient

BATCH: Final = 200
"""Diaries read and screened in one transaction."""

Candidate = tuple[str, int]
"""A candidate's rule and version, by which another process finds it."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """One diary: what changes, in order of time."""

    patient: UUID
    differences: tuple[Difference, ...]


def stored_diaries() -> int:
    """How many diaries are stored."""
    return Patient.objects.count()


def replay(candidates: Sequence[Rule], *, jobs: int) -> tuple[int, Iterator[Replayed]]:
    """The stored diaries that can change, with the alerts that the candidates gain and lose; and how many they are.

    None changes in which neither a candidate can hold nor its active version could. In constant memory, over as many
    processes as asked for; each batch of diaries is read as of one moment, without those erased meanwhile. The
    candidates must be listed in `alerts.rules.candidates`.
    """
    named = [(candidate.id, candidate.version) for candidate in candidates]
    total, diaries = diaries_in_question(_both_versions(candidates))
    return total, spread(partial(_replayed, named=named), diaries, batch=BATCH, jobs=jobs)


def _replayed(diaries: Sequence[InQuestion], *, named: Sequence[Candidate]) -> list[Replayed]:
    candidates = [candidate_of(*name) for name in named]
    rules = _both_versions(candidates)
    to_read = [diary.patient for diary in diaries if still_in_question(diary, rules)]
    with _reading():
        changes = {patient: differences(history, candidates) for patient, history in stored_histories(to_read)}
    return [Replayed(diary.patient, changes.get(diary.patient, ())) for diary in diaries]


def _both_versions(candidates: Sequence[Rule]) -> list[Rule]:
    return [rule for candidate in candidates for rule in (RULES[candidate.id], candidate)]


@contextmanager
def _reading() -> Iterator[None]:
    """A transaction that sees one moment and writes nothing."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
