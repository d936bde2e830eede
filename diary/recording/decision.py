"""One change of a diary, and the row that it leaves.

Plain values in and out; `diary.recording.changes` does the storing.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from uuid import UUID

from diary import versions
from diary.format.fields import Entry, Resource, ResourceType
from diary.format.time_zones import time_zone
from diary.recording.rows import Stored
from diary.versions import Expected

Bound = Literal["diary_full", "date_full", "day_full"]
"""What the diary has no room for (`diary.recording.bounds`)."""
Status = versions.Status | Bound
BEYOND: frozenset[Status] = frozenset({"diary_full", "date_full", "day_full"})
NOT_STORED: frozenset[Status] = BEYOND.union({"conflict", "stale", "gone"})
_CLOCK_TOLERANCE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Change:
    """A wish: put `content` under `id`, or delete what is there (`content` is None).

    `expected` is the version that the app believes to replace; "*" is any; None is none said.
    """

    type: ResourceType
    id: UUID
    content: Resource | None
    expected: Expected = None


def applied(change: Change, standing: Stored | None, *, revision: int, actor_id: UUID, now: datetime) -> Stored:
    """The row that a change leaves which `decide` lets through, under the diary's next `revision`."""
    version = 1 if standing is None else standing.version + 1
    content = change.content
    skew = clock_skew_seconds(content, now) if isinstance(content, Entry) else None
    return Stored(change.type, change.id, version, revision, now, actor_id, content, skew)


def clock_skew_seconds(entry: Entry, received_at: datetime) -> int | None:
    """How far the phone's clock was ahead (behind: negative), when it was off by more than a day; else None.

    An entry that arrives late is no sign of a wrong clock; one from the future is, and one written long before the
    day that it is about began.
    """
    day_began = datetime.combine(entry.date, time(), time_zone(entry.time_zone))
    ahead = entry.recorded_at - received_at
    if ahead <= _CLOCK_TOLERANCE and day_began - entry.recorded_at <= _CLOCK_TOLERANCE:
        return None
    return int(ahead.total_seconds())
