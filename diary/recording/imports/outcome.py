"""What became of the rows of an import so far, as its row in the database keeps it."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal
from uuid import UUID

import msgspec

from diary.format.fields import ResourceType
from diary.models import Import
from diary.recording.batch import Outcome
from diary.recording.decision import NOT_STORED, Change, Status
from diary.screening_port import Raised
from diary.sealing import opened, sealed

Result = Literal["stored", "unchanged", "conflict", "deleted", "full"]
"""`conflict`: something else stands there, and stays; `deleted`: it was deleted here; `full`: there was no room."""
RESULTS: Final[Mapping[Status, Result]] = {
    "created": "stored",
    "unchanged": "unchanged",
    "conflict": "conflict",
    "gone": "deleted",
    "diary_full": "full",
    "date_full": "full",
}
MOST: Final = 100
"""Rows that were not stored and are named, and danger signs that are told; counted are all."""


class NotStored(msgspec.Struct, frozen=True):
    """A row of the document that was not stored, and why."""

    type: ResourceType
    id: UUID
    status: Status


def add(document: Import, changes: Sequence[Change], outcomes: Sequence[Outcome]) -> None:
    """Count what became of these rows."""
    named = not_stored(document)
    for change, outcome in zip(changes, outcomes, strict=True):
        of_type = document.counts.setdefault(change.type, {})
        result = RESULTS[outcome.status]
        of_type[result] = of_type.get(result, 0) + 1
        if outcome.status in NOT_STORED:
            named.append(NotStored(change.type, change.id, outcome.status))
    document.problems = msgspec.to_builtins(named[:MOST])
    raised = [sign for outcome in outcomes for sign in outcome.raised]
    if raised:
        told = msgspec.json.encode(_most_severe([*raised_by(document), *raised])).decode()
        document.raised = sealed(told).encode()


def count(document: Import, result: Result, *, of: ResourceType | None = None) -> int:
    """How many rows came to this end: of one type, or of all."""
    types = document.counts.values() if of is None else [document.counts.get(of, {})]
    return sum(counts.get(result, 0) for counts in types)


def stored(document: Import) -> int:
    """How many rows the import made."""
    return count(document, "stored")


def done(document: Import) -> int:
    """How many rows were looked at."""
    return sum(sum(counts.values()) for counts in document.counts.values())


def not_stored(document: Import) -> list[NotStored]:
    """The first rows that were not stored."""
    return msgspec.convert(document.problems, list[NotStored])


def raised_by(document: Import) -> list[Raised]:
    """The danger signs in the rows, the most severe first, as they were told to whoever sent them."""
    if document.raised is None:
        return []
    return msgspec.json.decode(opened(bytes(document.raised)), type=list[Raised])


def _most_severe(raised: Sequence[Raised]) -> list[Raised]:
    """Each alert once, as it was told last."""
    by_alert = {sign["alert"]: sign for sign in raised}
    return sorted(by_alert.values(), key=lambda sign: sign["tier"] != "emergency")[:MOST]
