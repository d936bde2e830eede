"""The diary as the contract tells it: a dictionary, and what each write answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
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
    """Id → (version, pain), or GONE; and which puts made what stands, by version expected and pain."""

    entries: dict[str, tuple[int, int] | str] = field(default_factory=dict)
    made: dict[str, set[tuple[int | None, int]]] = field(default_factory=dict)

    def write(self, change: Change) -> int:
        """Do the change; gives the status of the single write."""
        before = self.entries.get(change.id)
        status = self._delete(change) if change.pain is None else self._put(change, change.pain)
        if self.entries.get(change.id) != before:
            self._remember(change)
        return status

    def _remember(self, change: Change) -> None:
        if change.pain is None:
            self.made.pop(change.id, None)
        else:
            self.made.setdefault(change.id, set()).add((change.expected, change.pain))

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

    def sync(self, changes: Sequence[Change]) -> list[str]:
        """Do the changes of one request; gives their statuses. Later ones of an id rest on the earlier ones."""
        said: dict[str, tuple[int | None, str]] = {}
        return [self._said(change, said) for change in changes]

    def _said(self, change: Change, said: dict[str, tuple[int | None, str]]) -> str:
        base, before = said.get(change.id, (change.expected, ""))
        rests = before not in ("", "overtaken") and change.expected in (None, base)
        status = "conflict" if rests and before == "conflict" else self._decided(change, rests=rests)
        said[change.id] = (base if rests else change.expected, status)
        return "unchanged" if status == "overtaken" else status

    def _decided(self, change: Change, *, rests: bool) -> str:
        """The status of a change that no earlier one holds back; `rests` on what an earlier one left."""
        status = self._alone(change)
        if status != "conflict":
            return status
        if (change.expected, change.pain) in self.made.get(change.id, ()):
            return "overtaken"
        if not rests:
            return status
        stands = self.entries[change.id]
        return self._alone(replace(change, expected=stands[0] if isinstance(stands, tuple) else None), as_=change)

    def _alone(self, change: Change, *, as_: Change | None = None) -> str:
        """The status of a change by itself; it is remembered `as_` it was sent."""
        stood = self.entries.get(change.id)
        status = self._delete(change) if change.pain is None else self._put(change, change.pain)
        if self.entries.get(change.id) != stood:
            self._remember(as_ or change)
        if status in {409, 412}:
            return "conflict"
        if status in {204, 410}:
            return "deleted"
        return "unchanged" if self.entries[change.id] == stood else "stored"

    @property
    def living(self) -> dict[str, tuple[int, int]]:
        """What can be read."""
        return {id_: stands for id_, stands in self.entries.items() if isinstance(stands, tuple)}
