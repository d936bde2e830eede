"""What becomes of one change, given what stands in the diary: the rules that make writing twice safe.

Plain values in and out; `diary.recording.changes` does the storing.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Literal, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec.structs import asdict

from diary.format.fields import Entry, Resource, ResourceType
from diary.recording.rows import Stored

Expected = int | Literal["*"] | None
Bound = Literal["diary_full", "date_full", "day_full"]
"""What the diary has no room for (`diary.recording.bounds`)."""
Status = Literal["created", "updated", "unchanged", "deleted", "conflict", "stale", "gone"] | Bound
WRITTEN: frozenset[Status] = frozenset({"created", "updated", "deleted"})
BEYOND: frozenset[Status] = frozenset({"diary_full", "date_full", "day_full"})
NOT_STORED: frozenset[Status] = BEYOND.union({"conflict", "stale", "gone"})
_CLOCK_TOLERANCE = timedelta(days=1)


class Wish(Protocol):
    """What is asked for: new content, or None to delete; the version it replaces, "*" for any, None for none said."""

    @property
    def content(self) -> object: ...
    @property
    def expected(self) -> Expected: ...


class Standing(Protocol):
    """What stands under an id; a tombstone has no content."""

    @property
    def content(self) -> object: ...
    @property
    def version(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Change:
    """A wish: put `content` under `id`, or delete what is there (`content` is None).

    `expected` is the version that the app believes to replace; "*" is any; None is none said.
    """

    type: ResourceType
    id: UUID
    content: Resource | None
    expected: Expected = None


def decide(change: Wish, standing: Standing | None) -> Status:
    """What `change` does to what stands under its id; `standing` is None when the id was never used."""
    if standing is None:
        return _decide_unused(change)
    if standing.content is None:
        return "unchanged" if change.content is None else "gone"
    if change.content is not None and same_content(change.content, standing.content):
        return "unchanged"
    if change.expected not in (None, "*", standing.version):
        return "stale"
    if change.content is None:
        return "deleted"
    return "conflict" if change.expected is None else "updated"


def _decide_unused(change: Wish) -> Status:
    if change.content is None:
        return "deleted"  # the tombstone wins over a create that is still on its way
    return "created" if change.expected is None else "stale"


def applied(change: Change, standing: Stored | None, *, revision: int, actor_id: UUID, now: datetime) -> Stored:
    """The row that a change leaves which `decide` lets through, under the diary's next `revision`."""
    version = 1 if standing is None else standing.version + 1
    content = change.content
    skew = clock_skew_seconds(content, now) if isinstance(content, Entry) else None
    return Stored(change.type, change.id, version, revision, now, actor_id, content, skew)


def same_content(one: object, other: object) -> bool:
    """Whether both say the same, whatever the spelling: an instant in another offset, words in another order."""
    return one == other or (
        isinstance(one, Entry) and isinstance(other, Entry) and _unordered(one) == _unordered(other)
    )


def _unordered(entry: Entry) -> dict[str, Any]:
    sets = {"sites": entry.sites and set(entry.sites), "qualities": entry.qualities and set(entry.qualities)}
    return asdict(entry) | sets


def clock_skew_seconds(entry: Entry, received_at: datetime) -> int | None:
    """How far the phone's clock was ahead (behind: negative), when it was off by more than a day; else None.

    An entry that arrives late is no sign of a wrong clock; one from the future is, and one written long before the
    day that it is about began.
    """
    day_began = datetime.combine(entry.date, time(), ZoneInfo(entry.time_zone))
    ahead = entry.recorded_at - received_at
    if ahead <= _CLOCK_TOLERANCE and day_began - entry.recorded_at <= _CLOCK_TOLERANCE:
        return None
    return int(ahead.total_seconds())
