"""The changes of one request, decided one after another: each meets what the earlier ones left.

One phone's queue is one hand. What it made offline of one id, it sends as a row of changes that are all based on the
version that the phone saw last: none of them is a conflict with the one before.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from diary.format.fields import ResourceType
from diary.recording.bounds import Room
from diary.recording.decision import Change, Status, applied
from diary.recording.remembered import is_remembered, with_change
from diary.recording.rows import Stored
from diary.screening_port import Raised
from diary.versions import WRITTEN, Expected, decide

Key = tuple[ResourceType, UUID]
UNSEEN: Final[frozenset[Status]] = frozenset({"conflict", "stale"})
"""Something is stored that the sender has not seen."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one change: `stored` is the row as the change left it, None where there never was one.

    `raised` are the danger signs that the row carries. `overtaken`: the change was stored earlier, and something else
    was since.
    """

    status: Status
    stored: Stored | None
    raised: list[Raised] = field(default_factory=list)
    overtaken: bool = False


@dataclass(frozen=True, slots=True)
class _Said:
    """What the request said last of an id: on which version it rested, and what became of it."""

    expected: Expected
    outcome: Outcome

    def carries(self, change: Change) -> bool:
        """Whether a later change is based on this one."""
        return not self.outcome.overtaken and change.expected in (None, self.expected)


class Batch:
    """The diary as far as the request has come."""

    def __init__(
        self,
        standing: dict[Key, Stored],
        revision: int,
        room: Room,
        *,
        from_a_queue: bool,
        actor_id: UUID,
        now: datetime,
    ) -> None:
        """`from_a_queue`: the changes may come again after their answer was lost (a sync), and are recognised."""
        self.standing = dict(standing)
        self.written: dict[Key, Stored] = {}
        self.revision = revision
        self.room = room
        self._said: dict[Key, _Said] = {}
        self._from_a_queue = from_a_queue
        self._actor_id = actor_id
        self._now = now

    def do(self, change: Change) -> Outcome:
        """Decide the change, and take it into what is stored."""
        key = (change.type, change.id)
        current, earlier = self.standing.get(key), self._said.get(key)
        carried = earlier is not None and earlier.carries(change)
        outcome = self._decided(change, current, earlier.outcome if earlier is not None and carried else None)
        if outcome.status in WRITTEN:
            outcome = replace(outcome, stored=self._take(change, current, outcome.status))
        self._said[key] = _Said(earlier.expected if earlier is not None and carried else change.expected, outcome)
        return outcome

    def _decided(self, change: Change, current: Stored | None, earlier: Outcome | None) -> Outcome:
        """`earlier` is what became of the change that this one is based on, None where there is none."""
        if earlier is not None and earlier.status in UNSEEN:
            return Outcome(earlier.status, current)
        status: Status = decide(change, current)
        if status in UNSEEN and current is not None:
            if self._from_a_queue and is_remembered(change, current.remembered):
                return Outcome("unchanged", current, overtaken=True)
            if earlier is not None:
                status = decide(replace(change, expected=current.version), current)
        if status == "deleted" and current is None and self.room.is_full:
            return Outcome("unchanged", None)  # it never was, and there is no room for it to come
        if status in ("created", "updated"):
            status = self.room.bound(change, current) or status
        return Outcome(status, current)

    def _take(self, change: Change, current: Stored | None, status: Status) -> Stored:
        self.revision += 1
        self.room.take(change, current, status)
        left = applied(change, current, revision=self.revision, actor_id=self._actor_id, now=self._now)
        left = replace(left, remembered=with_change(() if current is None else current.remembered, change))
        if current is not None and left.content is not None and getattr(left.content, "note", None) is None:
            # The app could not show it, and sent none back.
            left = replace(left, unreadable_note=current.unreadable_note)
        self.standing[change.type, change.id] = self.written[change.type, change.id] = left
        return left
