"""Replay of a rule change: stored diaries screened with candidate versions of rules beside the active ones.

It shows which alerts people would have had more and which less. Nothing is written and no one is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Final, NamedTuple
from uuid import UUID

from alerts.histories.many import stored_histories
from alerts.histories.ranges import PatientRange, one_moment, patient_ranges
from alerts.replay.differences import Difference, differences, differences_since_version_1
from alerts.rules.candidates import candidate_of
from alerts.rules.history import History
from alerts.rules.rule import Rule
from alerts.spreading import flowing
from diary.models import Event, Patient

REPORTED: Final = 200
"""Diaries screened between two reports."""

Candidate = tuple[str, int]
"""A candidate's rule and version, by which another process finds it."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """One diary: what changes, in order of time."""

    patient: UUID
    differences: tuple[Difference, ...]


class GoneThrough(NamedTuple):
    """So many more diaries are done, in which this changes."""

    diaries: int
    changed: Sequence[Replayed] = ()


def replay(candidates: Sequence[Rule], *, jobs: int) -> Iterator[GoneThrough]:
    """All stored diaries with the alerts that the candidates gain and lose, in no order of theirs.

    In constant memory, over as many processes as asked for; each range of patients is read as of one moment. Candidates
    must be listed in `alerts.rules.candidates`. Raises BrokenProcessPool when a process ends before its time.
    """
    named = [(candidate.id, candidate.version) for candidate in candidates]
    return flowing(partial(_replayed, named=named), patient_ranges(jobs=jobs), jobs=jobs)


def replay_since_version_1(*, jobs: int) -> Iterator[GoneThrough]:
    """The same for what the active rules gain and lose against version 1 of those that ask for change.

    Only diaries with an assessment are screened: in the others both say the same.
    """
    return flowing(_replayed_since_version_1, patient_ranges(jobs=jobs), jobs=jobs)


def _replayed_since_version_1(patients: PatientRange) -> Iterator[GoneThrough]:
    with one_moment():
        of_these = Event.objects.filter(patient_id__gte=patients.first, patient_id__lte=patients.last)
        visits = of_these.filter(kind="doctor_visit", deleted=False)
        to_read = sorted(set(visits.values_list("patient_id", flat=True)))
        yield GoneThrough(patients.patients - len(to_read))
        yield from _in_groups(to_read, differences_since_version_1)


def _replayed(patients: PatientRange, *, named: Sequence[Candidate]) -> Iterator[GoneThrough]:
    candidates = [candidate_of(*name) for name in named]
    with one_moment():
        of_these = Patient.objects.filter(pk__gte=patients.first, pk__lte=patients.last)
        to_read = list(of_these.order_by("pk").values_list("pk", flat=True))
        yield GoneThrough(patients.patients - len(to_read))  # those that went since they were counted
        yield from _in_groups(to_read, partial(differences, candidates=candidates))


def _in_groups(to_read: Sequence[UUID], differ: Callable[[History], tuple[Difference, ...]]) -> Iterator[GoneThrough]:
    histories = stored_histories(to_read)
    while some := list(islice(histories, REPORTED)):
        changes = [Replayed(patient, differ(history)) for patient, history in some]
        yield GoneThrough(len(some), [one for one in changes if one.differences])
