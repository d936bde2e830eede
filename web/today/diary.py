"""`/diary`: what was written lately; and `/diary/<id>`: one entry, to read, mend or take back."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from alerts.showing.shapes import ShownAlert
from alerts.showing.visible import as_shown, visible
from diary.access.log import Line
from diary.format.fields import Entry
from diary.problems import not_found
from diary.recording.listing import Span, resources
from diary.versions import Expected
from web.reader import ReaderPage
from web.today.answers import given_of
from web.today.entry_form import EntryForm
from web.today.questions import PAINS

_DAYS: Final = 28
_MOST: Final = 500


class Written(NamedTuple):
    """One entry in a line: its day, its pains as answered, and whether there is more in it."""

    id: UUID
    day: date
    pains: list[tuple[object, int]]
    note: str | None


class DiaryPage(ReaderPage):
    """Four weeks, the newest first; days without an entry stay gaps."""

    reach = {"GET": "own"}
    here = "diary"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The weeks that end on `until`, by default today."""
        last = _day(request.GET.get("until", "")) or self.now.astimezone(self.zone).date() + timedelta(days=1)
        first = last - timedelta(days=_DAYS - 1)
        listing = resources(patient_id=self.access.patient_id, kind="entry", span=Span(first, last))
        found, _cursor = listing.page(limit=_MOST, cursor=None)
        self.note_look(Line("read", "entries"))
        entries = [_written(cast("Entry", row.content)) for row in reversed(found)]
        return self.page(
            "pages/diary.html",
            lambda: {"entries": entries, "alerts": list(self._open_alerts()), "before": first - timedelta(days=1)},
        )

    def _open_alerts(self) -> Iterator[ShownAlert]:
        alerts = list(visible(self.access).filter(state="open"))
        return iter(as_shown(alerts, self.access, now=self.now))


class EntryPage(EntryForm):
    """One entry of the reader's own."""

    reach = {"GET": "own", "POST": "own"}
    here = "diary"

    def get(self, request: HttpRequest, id: UUID) -> HttpResponse:  # noqa: A002
        """The entry in its form. Raises Problem 404."""
        row = self.stored(id)
        if row is None:
            raise not_found()
        self.note_look(Line("read", "entry", id))
        return self.form(given_of(cast("Entry", row.content)), id_=id, version=row.version)

    def post(self, request: HttpRequest, id: UUID) -> HttpResponse:  # noqa: A002
        """Mend it, or take it back. Raises Problem 404."""
        expected = _version(request.POST.get("version", ""))
        before = self.stored(id)
        if before is None:
            raise not_found()
        if request.POST.get("do") == "delete":
            return self.remove(id, expected=expected, now=self.now)
        return self.write(id_=id, before=before, expected=expected, now=self.now)


def _written(entry: Entry) -> Written:
    pains: list[tuple[object, int]] = [
        (label, score) for name, label in PAINS.items() if (score := getattr(entry, name)) is not None
    ]
    return Written(entry.id, entry.date, pains, entry.note)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _version(text: str) -> Expected:
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 10 else "*"
