"""What the app must not miss: each is kept in the store until the app's handler has finished with it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from threading import Condition, get_ident
from typing import Any, TypeVar

from symptom_diary_client.content import Kind
from symptom_diary_client.contract import Problem as ProblemDocument
from symptom_diary_client.queue.kept import (
    OpenConflict,
    RefusedChange,
    all_conflicts,
    all_refused,
    conflict_key,
    read_row,
    refused_key,
)
from symptom_diary_client.signs.events import DangerSign, all_signs, sign_of
from symptom_diary_client.store.store import Rows, Store

_Told = TypeVar("_Told")
Handler = Callable[[_Told], object]


@dataclass(frozen=True)
class Conflict:
    """Both sides of a conflict; None for a side that deletes."""

    kind: Kind
    id: str
    mine: dict[str, Any] | None
    theirs: dict[str, Any] | None
    version: int | None
    """Of theirs: what is resolved replaces this one and no later one. None where the service has never had any."""


@dataclass(frozen=True)
class Refused:
    """A change that the service didn't take. `data` (None for a deletion) stays in the store, and is shown there."""

    kind: Kind
    id: str
    data: dict[str, Any] | None
    problem: ProblemDocument


@dataclass(frozen=True)
class Unsynced:
    """What has been on this device only for too long."""

    since: str
    """The instant of the oldest."""
    days: int
    waiting: int
    danger_sign: bool
    """Whether a danger sign is among it, about which nobody else has been warned."""


@dataclass(frozen=True)
class Handlers:
    """What the app does with what it must not miss. One that raises is called again at the next start."""

    on_danger_sign: Handler[DangerSign]
    on_conflict: Handler[Conflict] | None = None
    on_refused: Handler[Refused] | None = None
    on_unsynced: Handler[Unsynced] | None = None
    on_error: Handler[Exception] | None = None


class Hearing:
    """Calls the app's handlers, each once for what is to be heard."""

    def __init__(self, store: Store, handlers: Handlers) -> None:
        self._store = store
        self.handlers = handlers
        self._under_way: dict[str, int] = {}
        """What is being told, and in which thread."""
        self._turn = Condition()

    def tell(self, keys: Collection[str] | None = None) -> None:
        """Give the app what it hasn't finished with (of `keys`, where given), the most severe first.

        Returns when it has. What fails is left for the next time.
        """
        for key in self.unheard():
            if keys is None or key in keys:
                self.apart(key, lambda key=key: self._told(key))  # type: ignore[misc]

    def unheard(self) -> list[str]:
        """The keys of what the app hasn't finished with, the most severe first."""
        with self._store.transaction() as rows:
            return list(self._unheard(rows))

    def is_telling_here(self) -> bool:
        """Whether one of the app's handlers is what calls."""
        with self._turn:
            return get_ident() in self._under_way.values()

    def apart(self, name: str, work: Callable[[], object]) -> None:
        """Do `work`, not twice at once: another thread waits until it is done, a handler that comes back here does not.

        What an app's handler raises goes to `on_error`.
        """
        me = get_ident()
        with self._turn:
            while name in self._under_way:
                if me in self._under_way.values():
                    return
                self._turn.wait()
            self._under_way[name] = me
        try:
            work()
        except Exception as error:  # noqa: BLE001 - whatever an app's handler may raise
            self.failed(error)
        finally:
            with self._turn:
                del self._under_way[name]
                self._turn.notify_all()

    def failed(self, error: Exception) -> None:
        """Report what a handler raised."""
        if self.handlers.on_error:
            self.handlers.on_error(error)
        else:
            sys.excepthook(type(error), error, error.__traceback__)

    def _told(self, key: str) -> None:
        """Tell it until it has been told as it is: something may have been added while the person was reading."""
        while True:
            with self._store.transaction() as rows:
                kept = rows.get(key)
                tell = self._handling(rows, key, kept)
            if tell is None:
                return None
            tell()
            with self._store.transaction() as rows:
                if rows.get(key) == kept:
                    return rows.set(key, {**kept, "heard": True})

    def _handling(self, rows: Rows, key: str, kept: dict[str, Any] | None) -> Callable[[], object] | None:
        """The call of the app's handler; None where nothing is to be heard any more."""
        if kept is None or kept["heard"]:
            return None
        on = self.handlers
        if key.startswith("sign/"):
            sign = sign_of(kept).event
            return lambda: on.on_danger_sign(sign)
        if key.startswith("conflict/"):
            conflict = both_sides(rows, OpenConflict(**kept))
            return lambda: on.on_conflict and on.on_conflict(conflict)
        refused = as_refused(RefusedChange(**kept))
        return lambda: on.on_refused and on.on_refused(refused)

    def _unheard(self, rows: Rows) -> Iterator[str]:
        signs = sorted(all_signs(rows), key=lambda sign: not sign.event.is_emergency)
        yield from (sign.key for sign in signs if not sign.heard)
        if self.handlers.on_conflict:
            yield from (conflict_key(one.type, one.id) for one in all_conflicts(rows) if not one.heard)
        if self.handlers.on_refused:
            yield from (refused_key(one.type, one.id) for one in all_refused(rows) if not one.heard)


def both_sides(rows: Rows, one: OpenConflict) -> Conflict:
    """An open conflict with what the service has."""
    row = read_row(rows, one.type, one.id)
    return Conflict(one.type, one.id, one.data, row.data if row else None, row.version if row else None)


def as_refused(one: RefusedChange) -> Refused:
    """As the app gets it."""
    return Refused(one.type, one.id, one.data, one.problem)
