"""The diary as the contract tells it: a dictionary, and what each write answers."""

from dataclasses import dataclass, field
from typing import Any, Final

GONE: Final = "gone"
"""What stands under an id that was deleted."""


@dataclass(frozen=True)
class Change:
    """One write: the pain of an entry, or None to delete it; `expected` is the version it is for."""

    id: str
    pain: int | None
    expected: int | None = None

    @property
    def body(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "date": "2026-03-29",
            "recorded_at": "2026-03-29T08:30:00+02:00",
            "time_zone": "Europe/Madrid",
            "worst_pain": self.pain,
        }

    @property
    def in_sync(self) -> dict[str, Any]:
        """As a change of a sync."""
        put = {} if self.pain is None else {"data": self.body}
        version = {} if self.expected is None else {"if_version": self.expected}
        return {"type": "entry", "op": "delete" if self.pain is None else "put", "id": self.id, **put, **version}


@dataclass
class Model:
    """Id → (version, pain), or GONE."""

    entries: dict[str, tuple[int, int] | str] = field(default_factory=dict)

    def write(self, change: Change) -> int:
        """Do the change; gives the status of the single write."""
        return self._delete(change) if change.pain is None else self._put(change, change.pain)

    def _put(self, change: Change, pain: int) -> int:
        stands = self.entries.get(change.id)
        if isinstance(stands, str):
            return 410
        version, standing_pain = stands or (0, None)
        if standing_pain == pain:
            return 200
        if change.expected not in (None, version) or (stands is None and change.expected is not None):
            return 412
        if stands is not None and change.expected is None:
            return 409
        self.entries[change.id] = (version + 1, pain)
        return 200 if stands else 201

    def _delete(self, change: Change) -> int:
        stands = self.entries.get(change.id)
        if isinstance(stands, tuple) and change.expected not in (None, stands[0]):
            return 412
        self.entries[change.id] = GONE
        return 204

    def sync(self, change: Change) -> str:
        """Do the change; gives its status in a sync."""
        before = self.entries.get(change.id)
        status = self.write(change)
        if status in {409, 412}:
            return "conflict"
        if status in {204, 410}:
            return "deleted"
        return "unchanged" if self.entries[change.id] == before else "stored"

    @property
    def living(self) -> dict[str, tuple[int, int]]:
        """What can be read."""
        return {id_: stands for id_, stands in self.entries.items() if isinstance(stands, tuple)}
