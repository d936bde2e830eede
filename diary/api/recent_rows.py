"""What a file says of the last days: its danger signs are answered before it is stored, and also where it is not.

What is older, or of no day, is no news for a screen.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any, Final

from django.utils import timezone

from diary.access.levels import Access
from diary.format.salvage import Salvaged, salvaged
from diary.format.streamed_document import Rows
from diary.format.validation import latest_date
from diary.reaching.languages import language_of
from diary.screening_port import Raised, screening

RECENT: Final = timedelta(days=14)
MOST: Final = 1000
"""Rows of a kind that are looked at."""


class RecentRows:
    """The rows of the last days, as far as a file was read; `said` is a document with nothing else in it."""

    def __init__(self) -> None:
        self.said: dict[str, list[Any]] = {"entries": [], "events": []}

    def look(self, rows: Rows) -> None:
        """Keep those that are recent."""
        kept = {"entry": self.said["entries"], "event": self.said["events"]}.get(rows.type)
        if kept is not None and len(kept) < MOST:
            now = timezone.now()
            kept.extend(item for item in rows.written if _is_recent(item, now))

    def signs(self, *, access: Access, now: datetime) -> list[Raised]:
        """Whoever sends a file reads what to do, although it is not stored yet."""
        signs = screening().signs_in_refused(
            refused=[recently_said(self.said, now=now)],
            patient_id=access.patient_id,
            own=access.level == "own",
            language=language_of(user_id=access.actor_id),
            now=now,
        )
        return signs[0]


def recently_said(document: Any, *, now: datetime) -> Sequence[Salvaged]:
    """What can be read of the last days in the JSON of a document."""
    lists = [document.get(name) for name in ("entries", "events")] if isinstance(document, dict) else []
    items = chain.from_iterable(items for items in lists if isinstance(items, list))
    recent = [item for item in items if _is_recent(item, now)]
    return list(chain.from_iterable(salvaged(item, latest=latest_date(now), now=now) for item in recent))


def _is_recent(item: Any, now: datetime) -> bool:
    try:
        return date.fromisoformat(item["date"]) >= now.date() - RECENT
    except (KeyError, TypeError, ValueError):
        return False
