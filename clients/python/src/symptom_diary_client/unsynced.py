"""Not synced for so long that nobody has been warned: it is said once for each period, until everything is up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from symptom_diary_client.context import Context
from symptom_diary_client.hearing import Handler, Hearing, Unsynced
from symptom_diary_client.queue.kept import (
    OpenConflict,
    Waiting,
    all_conflicts,
    all_waiting,
    change_meta,
    read_meta,
)
from symptom_diary_client.signs.events import KeptSign, all_signs
from symptom_diary_client.store.store import Rows, Store

_DANGER_SIGN_WAITS: Final = timedelta(hours=1)
"""A danger sign that nobody else knows of doesn't wait for days."""


class UnsyncedNotice:
    """Gives it to the app; until the app has finished with it, it isn't said again."""

    def __init__(self, store: Store, context: Context, hearing: Hearing, after_days: int) -> None:
        self._store = store
        self._context = context
        self._hearing = hearing
        self._after_days = after_days

    def is_due(self) -> bool:
        """Whether there is something to be said."""
        return self._hearing.handlers.on_unsynced is not None and self._due() is not None

    def tell(self) -> None:
        """Say what is due. Returns when the app has finished with it."""
        on_unsynced = self._hearing.handlers.on_unsynced
        if on_unsynced:
            self._hearing.apart("unsynced", lambda: self._told(on_unsynced))

    def _due(self) -> tuple[Unsynced, int] | None:
        with self._store.transaction() as rows:
            return unsynced_due(rows, self._context.now(), self._after_days)

    def _told(self, on_unsynced: Handler[Unsynced]) -> None:
        due = self._due()
        if due is None:
            return
        unsynced, periods = due
        on_unsynced(unsynced)
        with self._store.transaction() as rows:
            change_meta(rows, unsynced=(unsynced.since, periods))


def unsynced_due(rows: Rows, now: datetime, after_days: int) -> tuple[Unsynced, int] | None:
    """What is to be said now of what has been on this device only, and for how many periods it has waited."""
    only: list[Waiting | OpenConflict] = [*all_waiting(rows), *all_conflicts(rows)]
    if not only:
        return None
    signs = all_signs(rows)
    pressing = [one for one in only if _carries_a_sign_of_its_own(one, signs)]
    since = min(one.since for one in pressing or only)
    waited = now - datetime.fromisoformat(since)
    days = max(0, waited.days)
    periods = days // after_days + (1 if pressing and waited >= _DANGER_SIGN_WAITS else 0)
    said = read_meta(rows).unsynced
    if periods == 0 or (said and said[0] == since and said[1] >= periods):
        return None
    return Unsynced(since, days, len(only), bool(pressing)), periods


def _carries_a_sign_of_its_own(one: Waiting | OpenConflict, signs: list[KeptSign]) -> bool:
    """Whether it carries a danger sign of which the service has none on record."""
    about = [sign.event for sign in signs if (sign.event.kind, sign.event.id) == (one.type, one.id)]
    return any(event.stage != "raised" for event in about) and not any(event.stored for event in about)
