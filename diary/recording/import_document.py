"""A diary document read into a diary: what an app or another installation exported, safely as often as wanted."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Final, Literal

from diary.access.levels import Access
from diary.access.log import Line
from diary.format.document import Document, DocumentProfile
from diary.format.fields import RESOURCES, Profile, Resource, ResourceType
from diary.recording.batch import Outcome
from diary.recording.bounds import no_room
from diary.recording.changes import record_changes
from diary.recording.decision import BEYOND, Change, Status
from diary.recording.profile import change_profile, read_profile
from diary.screening_port import Raised

BATCH: Final = 1000
"""Changes in one transaction, as in one sync."""
Result = Literal["stored", "unchanged", "conflict", "deleted"]
_RESULTS: Final[dict[Status, Result]] = {
    "created": "stored",
    "unchanged": "unchanged",
    "conflict": "conflict",
    "gone": "deleted",
}


@dataclass(slots=True)
class Imported:
    """How many rows of each kind came to which end, and what they raised.

    `conflicts` were there with other content, which stays; `deleted` were deleted here, and stay so. `noted` says that
    something was changed, and the access log says so.
    """

    counts: dict[ResourceType, Counter[Result]]
    conflicts: list[Change]
    raised: list[Raised]
    profile: Literal["changed", "unchanged", "not_yours"]
    noted: bool


def import_document(*, access: Access, document: Document, line: Line, now: datetime) -> Imported:
    """Store what the diary does not have yet, in batches; only the owner's document also fills in the profile.

    Nothing stored is replaced, so the same document again changes nothing, and one that was broken off half-way
    is finished by sending it again. `line` is noted once, in the access log, with the first of all that changes
    something. Raises Problem 404 when the diary was erased meanwhile, and 429 when it has no room for all of it
    (`diary.recording.bounds`); what fits of the rows so far is stored then.
    """
    profile = _import_profile(access, document.patient, line, now)
    imported = Imported({kind: Counter() for kind in RESOURCES}, [], [], profile, noted=profile == "changed")
    for changes in _batches(_changes(document)):
        recorded = record_changes(
            patient_id=access.patient_id,
            actor_id=access.actor_id,
            changes=changes,
            now=now,
            line=None if imported.noted else line,
            imported=True,
        )
        imported.noted |= recorded.changed
        for change, outcome in zip(changes, recorded.outcomes, strict=True):
            if outcome.status in BEYOND:
                raise no_room(outcome.status, now=now)
            _count(imported, change, outcome)
    return imported


def _import_profile(
    access: Access, given: DocumentProfile, line: Line, now: datetime
) -> Literal["changed", "unchanged", "not_yours"]:
    if access.level != "own":
        return "not_yours"
    before = read_profile(patient_id=access.patient_id)
    unanswered = [name for name in Profile.__struct_fields__ if before[name] is None and name != "paused_until"]
    fields = {name for name in unanswered if getattr(given, name) is not None}
    after = change_profile(
        patient_id=access.patient_id,
        actor_id=access.actor_id,
        given=given,
        fields=fields,
        expected=None,
        line=line,
        now=now,
    )
    return "changed" if after.written else "unchanged"


def _changes(document: Document) -> Iterator[Change]:
    """What was tried and what happened first, so that the entries meet their whole history."""
    lists: list[tuple[ResourceType, Sequence[Resource]]] = [
        ("treatment", document.treatments),
        ("event", document.events),
        ("entry", document.entries),
    ]
    return chain.from_iterable((Change(kind, item.id, item) for item in items) for kind, items in lists)


def _batches(changes: Iterator[Change]) -> Iterator[list[Change]]:
    while batch := list(islice(changes, BATCH)):
        yield batch


def _count(imported: Imported, change: Change, outcome: Outcome) -> None:
    result = _RESULTS[outcome.status]
    imported.counts[change.type][result] += 1
    if result == "conflict":
        imported.conflicts.append(change)
    imported.raised.extend(raised for raised in outcome.raised if raised not in imported.raised)
