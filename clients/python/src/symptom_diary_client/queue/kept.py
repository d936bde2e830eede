"""What a diary keeps in its store, and under which keys."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, cast

from symptom_diary_client.content import Kind
from symptom_diary_client.store.store import Rows

Op = Literal["put", "delete"]


@dataclass(frozen=True)
class Row:
    """A resource as the service was last known to have it; `data` is None for one that was deleted."""

    type: Kind
    id: str
    version: int
    data: dict[str, Any] | None
    draft: int | None = None
    """The wish of this device that became this version."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants of one resource."""

    op: Op
    data: dict[str, Any] | None
    seen: int | None = None
    """The version that the person saw, where it is known, and 0 for none: no later one is replaced."""
    draft: int | None = None
    """Its number on this device."""


@dataclass(frozen=True)
class Sent:
    """A wish as it went up."""

    op: Op
    data: dict[str, Any] | None
    if_version: int | None
    draft: int | None = None


@dataclass(frozen=True)
class Waiting:
    """A change of one resource that the service has not confirmed.

    However often somebody edits it, there are two wishes at most: `sent`, of which no answer is in hand, so that it has
    to be sent again exactly as it was; and `wish`, the newest, which rests on `base`, or on `sent` while there is one.
    """

    type: Kind
    id: str
    order: int
    """Its place in the queue."""
    since: str
    """The instant of the oldest edit that the service may not have."""
    base: int | None
    """The version that is replaced; None for what is new."""
    wish: Wish | None = None
    sent: Sent | None = None
    pressing: bool = False
    """It carries a danger sign, so it goes first."""

    @property
    def newest(self) -> Wish | Sent:
        """What is wanted last; there is always one of the two."""
        return cast("Wish | Sent", self.wish or self.sent)

    def as_sent(self) -> Sent:
        """As it goes up, or went. A deletion without a version would delete whatever there is."""
        if self.sent or self.wish is None:
            return cast("Sent", self.sent)
        wish = self.wish
        rests = None if self.base is None else earlier(self.base, wish.seen)
        unseen = 1 if wish.op == "delete" and self.base is not None else None
        return Sent(wish.op, wish.data, rests or unseen, wish.draft)


@dataclass(frozen=True)
class RefusedChange:
    """A change that the service will not take as it is, kept until it is corrected or let go."""

    type: Kind
    id: str
    op: Op
    data: dict[str, Any] | None
    base: int | None
    since: str
    problem: Any
    heard: bool = False


@dataclass(frozen=True)
class OpenConflict:
    """What this device says of a resource, where the service has something later than `seen`. Kept until resolved."""

    type: Kind
    id: str
    op: Op
    data: dict[str, Any] | None
    since: str
    heard: bool = False
    seen: int = 0


@dataclass(frozen=True)
class Meta:
    """What there is once in a diary."""

    cursor: str | None = None
    """Where the next answer goes on; None for the whole diary."""
    order: int = 0
    """The next place in the queue, or number of a wish."""
    user: str | None = None
    """Whose account this store was filled from."""
    region: str | None = None
    device: str | None = None
    """This installation, for the service: where messages are pushed to."""
    synced_at: str | None = None
    """The last time that everything was up and down."""
    unsynced: tuple[str, int] | None = None
    """How much of the waiting the app has been told about: what waited since when, and for how many periods."""


def row_key(kind: Kind, id: str) -> str:
    return f"row/{kind}/{id}"


def waiting_key(kind: Kind, id: str) -> str:
    return f"waiting/{kind}/{id}"


def refused_key(kind: Kind, id: str) -> str:
    return f"refused/{kind}/{id}"


def conflict_key(kind: Kind, id: str) -> str:
    return f"conflict/{kind}/{id}"


def read_meta(rows: Rows) -> Meta:
    kept = rows.get("meta") or {}
    return Meta(**kept | {"unsynced": tuple(kept["unsynced"]) if kept.get("unsynced") else None})


def change_meta(rows: Rows, **changes: Any) -> None:
    rows.set("meta", asdict(replace(read_meta(rows), **changes)))


def keep(rows: Rows, one: Row | Waiting | RefusedChange | OpenConflict) -> None:
    """Keep it under its own key."""
    keys = {Row: row_key, Waiting: waiting_key, RefusedChange: refused_key, OpenConflict: conflict_key}
    rows.set(keys[type(one)](one.type, one.id), asdict(one))


def read_row(rows: Rows, kind: Kind, id: str) -> Row | None:
    kept = rows.get(row_key(kind, id))
    return kept and Row(**kept)


def read_waiting(rows: Rows, kind: Kind, id: str) -> Waiting | None:
    kept = rows.get(waiting_key(kind, id))
    return kept and _waiting(kept)


def read_refused(rows: Rows, kind: Kind, id: str) -> RefusedChange | None:
    kept = rows.get(refused_key(kind, id))
    return kept and RefusedChange(**kept)


def read_conflict(rows: Rows, kind: Kind, id: str) -> OpenConflict | None:
    kept = rows.get(conflict_key(kind, id))
    return kept and OpenConflict(**kept)


def all_waiting(rows: Rows) -> list[Waiting]:
    return [_waiting(kept) for kept in rows.all("waiting/")]


def all_refused(rows: Rows) -> list[RefusedChange]:
    return [RefusedChange(**kept) for kept in rows.all("refused/")]


def all_conflicts(rows: Rows) -> list[OpenConflict]:
    return [OpenConflict(**kept) for kept in rows.all("conflict/")]


def next_number(rows: Rows) -> int:
    """A number for the next wish, or for its place in the queue."""
    order = read_meta(rows).order
    change_meta(rows, order=order + 1)
    return order


def earlier(one: int | None, other: int | None) -> int | None:
    """The older of two versions, of which either may not be known."""
    known = [version for version in (one, other) if version is not None]
    return min(known, default=None)


def _waiting(kept: dict[str, Any]) -> Waiting:
    wish, sent = kept["wish"], kept["sent"]
    return Waiting(**kept | {"wish": wish and Wish(**wish), "sent": sent and Sent(**sent)})
