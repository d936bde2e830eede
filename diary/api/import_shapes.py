"""What answers about an import look like, for the published contract."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from diary.api.shapes import DangerSign, Problem
from diary.format.fields import Instant, ResourceType
from diary.health_files.opening import Kind


class ImportCounts(Struct, frozen=True):
    """How many rows were stored, unchanged and so on."""

    stored: int
    unchanged: int
    conflict: int
    deleted: int


class ImportConflict(Struct, frozen=True):
    """A stored row with different content, which was kept."""

    type: ResourceType
    id: UUID


class LeftOutRow(Struct, frozen=True):
    """A row that could not be read."""

    place: Annotated[int, Meta(description="its line in the file, or its number among the records, from 1")]
    reason: Annotated[str, Meta(description="why, in the reader's language; it repeats nothing of the row")]


class LeftOut(Struct, frozen=True):
    """What the file holds that was not taken. Of a diary document nothing is left out."""

    passed_over: Annotated[int, Meta(description="records of what a diary has no place for, such as steps")]
    not_understood: Annotated[int, Meta(description="weights and scores that could not be read")]
    first: Annotated[list[LeftOutRow], Meta(description="the first 20 of these")]


class ImportAnswer(Struct, frozen=True):
    """The result of an import. `not_yours` is the profile in a document that a caregiver imported."""

    kind: Annotated[Kind, Meta(description="what the file was recognised as")]

    entries: ImportCounts
    treatments: ImportCounts
    events: ImportCounts
    profile: Literal["changed", "unchanged", "not_yours"]
    conflicts: Annotated[list[ImportConflict], Meta(description="the first 100")]
    raised: list[DangerSign]
    left_out: LeftOut


class RefusedRow(Struct, frozen=True):
    """A row that was not stored, and why."""

    type: ResourceType
    id: UUID
    problem: Problem


class Import(Struct, frozen=True):
    """How far an import is. `rows` are those that were understood, `done` those that were looked at."""

    id: UUID
    kind: Annotated[Kind, Meta(description="what the file was recognised as")]
    state: Annotated[
        Literal["waiting", "done", "stopped", "taking_back", "taken_back"],
        Meta(
            description="`waiting`: rows are being stored. `stopped`: the person who sent it may no longer write to "
            "the diary. `taking_back`, `taken_back`: its rows are being removed, or have been."
        ),
    ]
    accepted_at: Instant
    sent_by: Annotated[UUID | None, Meta(description="who sent it; null if their account was erased")]
    rows: int
    done: int
    created: int
    unchanged: int
    refused: int
    problems: Annotated[list[RefusedRow], Meta(description="the first 100 refused rows")]
    profile: Literal["changed", "unchanged", "not_yours"]
    raised: Annotated[list[DangerSign], Meta(description="the danger signs in its rows so far, most severe first")]
    left_out: LeftOut
    removed: Annotated[int, Meta(description="rows removed again by taking the import back")]
    kept: Annotated[
        int | None, Meta(description="rows that stay, as they were changed or deleted since; null if not taken back")
    ]
