"""Recording: what somebody wrote goes on the queue together with the danger signs in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from symptom_diary_client.clock import local_moment
from symptom_diary_client.content import Content, Kind, written
from symptom_diary_client.context import Context
from symptom_diary_client.hearing import Handler
from symptom_diary_client.queue.edit import edit
from symptom_diary_client.queue.kept import Wish, read_meta
from symptom_diary_client.queue.shown import same_day, shown
from symptom_diary_client.signs.events import DangerSign, keep_noted, noted
from symptom_diary_client.signs.wording import Place
from symptom_diary_client.store.store import Rows, Store

_Content = TypeVar("_Content")
Given = Callable[[Rows], Content]
"""What is to be recorded, made of what is in the store at this moment."""


@dataclass(frozen=True)
class Recorded(Generic[_Content]):
    """What was recorded, and the danger signs that this device finds in it; `on_danger_sign` has finished with them."""

    content: _Content
    signs: list[DangerSign]


class Recorder:
    """Keeps what somebody writes."""

    def __init__(self, store: Store, context: Context, on_danger_sign: Handler[DangerSign]) -> None:
        self._store = store
        self._context = context
        self._on_danger_sign = on_danger_sign

    def put(self, kind: Kind, given: Content | Given) -> tuple[Recorded[dict[str, Any]], list[str]]:
        """Keeps it; the keys are those of the signs to be heard. Signs are shown even where it can't be kept."""
        signs = [] if callable(given) else self._noted(kind, given)
        try:
            with self._store.transaction() as rows:
                read = given(rows) if callable(given) else given
                data = written(read)
                region = read_meta(rows).region
                signs = self._noted(kind, data, same_day(rows, kind, data), region)
                wish = Wish("put", data, read.get("version"), read.get("draft"))
                now = self._context.now().isoformat()
                edit(rows, kind, data["id"], wish, now=now, pressing=bool(signs))
                content = cast("dict[str, Any]", shown(rows, kind, data["id"]))
                keys = keep_noted(rows, signs)
        except Exception:
            for sign in signs:
                self._on_danger_sign(sign)  # the screen is the only warning there is
            raise
        return Recorded(content, signs), keys

    def _noted(
        self, kind: Kind, content: Content, others: list[Content] | None = None, region: str | None = None
    ) -> list[DangerSign]:
        context = self._context
        zone = context.time_zone()
        return noted(
            kind,
            content,
            others or [],
            today=local_moment(context.now(), zone)["date"],
            place=Place(region or context.region, content.get("time_zone") or zone),
            is_own=context.is_own,
            language=context.language(),
        )
