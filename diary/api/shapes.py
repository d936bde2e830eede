"""What answers about a diary look like, for the published contract: the content as it was recorded, and what is known
about it.

What a request may hold is strict and says so; an answer may gain fields, and has every field named here.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from diary.format.document import DocumentProfile
from diary.format.fields import Entry, Event, Instant, Profile, ResourceType, Treatment
from diary.problem_types import ProblemType
from diary.recording.sync import ChangeUp

_REFERENCE = "#/components/schemas/"
AnyStored = Annotated[
    Any,
    Meta(
        extra_json_schema={
            "anyOf": [
                *({"$ref": f"{_REFERENCE}{name}"} for name in ("StoredEntry", "StoredTreatment", "StoredEvent")),
                {"type": "null"},
            ]
        }
    ),
]
Screened = Annotated[bool, Meta(description="whether the latest screening includes it")]
Recorder = Annotated[UUID | None, Meta(description="the user who wrote it; null if their account was erased")]
NoteUnreadable = Annotated[
    bool,
    Meta(
        description="true if there is a note that the service can't decrypt now: `note` is null, and sending null back "
        "keeps it"
    ),
]
Skew = Annotated[
    int | None,
    Meta(description="how many seconds the phone's clock was ahead, if it was off by more than a day; otherwise null"),
]
NextCursor = Annotated[str | None, Meta(description="the cursor of the next page; null on the last page")]


class DangerSign(Struct, frozen=True):
    """A danger sign that this write contributes to, to be shown immediately. `call` is the number to call, if any.

    Interrupt the person for emergencies and for `news`; show the rest quietly.
    """

    alert: Annotated[UUID | None, Meta(description="the alert it belongs to; null if nothing was stored")]
    rule: str
    tier: str
    title: str
    advice: str
    call: str | None
    state: Annotated[
        Literal["open", "acknowledged", "closed", "withdrawn"] | None, Meta(description="the state of that alert")
    ]
    news: Annotated[bool, Meta(description="whether it is new; always interrupt for an emergency, new or not")]
    stored: Annotated[bool, Meta(description="whether it was stored; a refused write is not, and sends no messages")]


class StoredEntry(Entry, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A stored entry."""

    version: int
    received_at: Instant
    clock_skew_seconds: Skew
    recorded_by: Recorder
    screened: Screened
    note_unreadable: NoteUnreadable


class WrittenEntry(StoredEntry, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """An entry just written, with its danger signs."""

    raised: list[DangerSign]


class StoredTreatment(Treatment, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A stored treatment."""

    version: int
    received_at: Instant
    recorded_by: Recorder
    screened: Screened


class WrittenTreatment(StoredTreatment, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A treatment just written."""

    raised: list[DangerSign]


class StoredEvent(Event, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A stored event."""

    version: int
    received_at: Instant
    recorded_by: Recorder
    screened: Screened
    note_unreadable: NoteUnreadable


class WrittenEvent(StoredEvent, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """An event just written, with its danger signs."""

    raised: list[DangerSign]


class StoredProfile(Profile, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """The stored profile; `id` is the patient's."""

    id: UUID
    version: int


class WrittenProfile(StoredProfile, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """The profile just written, with the danger signs it turns stored entries into."""

    raised: list[DangerSign]


class EntryPage(Struct, frozen=True):
    """One page of entries."""

    items: list[StoredEntry]
    next_cursor: NextCursor


class TreatmentPage(Struct, frozen=True):
    """One page of treatments."""

    items: list[StoredTreatment]
    next_cursor: NextCursor


class EventPage(Struct, frozen=True):
    """One page of events."""

    items: list[StoredEvent]
    next_cursor: NextCursor


class FieldProblem(Struct, frozen=True):
    """One fault in the input: where (JSON Pointer), a stable code, and a sentence."""

    pointer: str
    code: str
    detail: str


class Problem(Struct, frozen=True):
    """RFC 9457 problem details. `current` is what is stored, in a conflict, for a caller who may read it."""

    type: Annotated[
        str,
        Meta(
            description="the kind of problem, as a reference below `/problems/`; act on this, not on the texts",
            examples=[kind.uri for kind in ProblemType],
            extra_json_schema={"format": "uri-reference"},
        ),
    ]
    title: str
    status: int
    detail: str
    instance: Annotated[
        str | UnsetType,
        Meta(
            description="the request that was refused, as its answer's header `X-Request-ID` and the log name it",
            extra_json_schema={"format": "uri-reference"},
        ),
    ] = UNSET
    errors: list[FieldProblem] | UnsetType = UNSET
    current: Any = UNSET
    raised: Annotated[
        list[DangerSign] | UnsetType,
        Meta(description="the danger signs in a refused entry, event, sync or import; never with a 401"),
    ] = UNSET


class SyncRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Changes to apply in order, at most 1,000, and the cursor of the last answer (null for everything)."""

    changes: Annotated[list[ChangeUp], Meta(max_length=1000)]
    cursor: str | None = None


class SyncResult(Struct, frozen=True):
    """The result of one change. `problem` says why it was not applied; `current` is what is stored instead."""

    id: UUID | None
    status: Annotated[
        Literal["stored", "unchanged", "conflict", "deleted", "invalid", "forbidden"],
        Meta(description="`forbidden` is every change by a caregiver with read access only"),
    ]
    version: int | None
    raised: list[DangerSign]
    problem: Problem | UnsetType = UNSET
    current: AnyStored = UNSET


class ChangeDown(Struct, frozen=True):
    """One resource as stored now; `data` is null if it was deleted."""

    type: ResourceType
    op: Literal["put", "delete"]
    id: UUID
    version: int
    data: AnyStored


class SyncAnswer(Struct, frozen=True):
    """Results in the order of the changes, then everything new to the app."""

    results: list[SyncResult]
    changes: list[ChangeDown]
    cursor: str
    has_more: bool


class DiaryDocument(Struct, frozen=True, forbid_unknown_fields=True):
    """The diary document: one person's whole diary, for export, import and screening without a server."""

    format: Literal["symptom-diary/1"]
    patient: DocumentProfile
    entries: list[Entry] = []
    treatments: list[Treatment] = []
    events: list[Event] = []
