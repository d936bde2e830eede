"""`/diary`: what was written lately; and `/diary/<id>`: one entry, to read, mend or take back.

The same below `/caring/<patient>/` for who may read, or write in, the diary of someone else.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from alerts.showing.shapes import ShownAlert
from alerts.showing.visible import all_shown, visible
from diary.access.levels import Diary
from diary.access.log import Line
from diary.format.fields import Entry
from diary.problems import not_found
from diary.reaching.local_time import local_date
from diary.recording.listing import Span, resources
from web.reader import version_in
from web.today.answers import day_of, given_of
from web.today.entry_form import EntryForm
from web.today.questions import PAINS, SYMPTOMS
from web.today.whose import DiaryReaderPage

_DAYS: Final = 28
_ONE_DAY: Final = timedelta(days=1)


class Written(NamedTuple):
    """One entry in a line: where it can be mended (None for who may only read), its day, and what it says is there."""

    page: str | None
    day: date
    pains: list[tuple[object, int]]
    symptoms: list[object]
    note: str | None


class DiaryPage(DiaryReaderPage):
    """Four weeks, the newest first; days without an entry stay gaps."""

    reach = {"GET": "read"}
    here = "diary"

    def get(self, request: HttpRequest, patient: Diary = "me") -> HttpResponse:
        """The weeks that end on `until`, by default today."""
        last = day_of(request.GET.get("until", "")) or local_date(user_id=self.patient.pk, now=self.now) + _ONE_DAY
        first = last - timedelta(days=_DAYS - 1)
        listing = resources(patient_id=self.access.patient_id, kind="entry", span=Span(first, last), newest_first=True)
        found, after = self.part_of(listing)
        self.note_look(Line("read", "entries"))
        entries = [self._written(cast("Entry", row.content)) for row in found]
        return self.page(
            "pages/diary.html",
            lambda: {
                "entries": entries,
                "alerts": list(self._open_alerts()),
                "until": last,
                "after": after,
                "before": first - _ONE_DAY,
                "writes": self.access.reaches("log"),
                "treatments": self.address("treatments"),
                "events": self.address("events"),
            },
        )

    def _written(self, entry: Entry) -> Written:
        pains: list[tuple[object, int]] = [
            (label, score) for name, label in PAINS.items() if (score := getattr(entry, name)) is not None
        ]
        symptoms: list[object] = [label for word, label in SYMPTOMS.items() if getattr(entry.symptoms, word, None)]
        page = self.address("entry-page", entry.id) if self.access.reaches("log") else None
        return Written(page, entry.date, pains, symptoms, entry.note)

    def _open_alerts(self) -> Iterator[ShownAlert]:
        return iter(all_shown(visible(self.access).filter(state="open"), self.access, now=self.now))


class EntryPage(EntryForm):
    """One entry of a diary that the reader may write in."""

    here = "diary"

    def get(self, request: HttpRequest, id: UUID, patient: Diary = "me") -> HttpResponse:  # noqa: A002
        """The entry in its form. Raises Problem 404."""
        row = self.stored(id)
        if row is None:
            raise not_found()
        self.note_look(Line("read", "entry", id))
        return self.form(given_of(cast("Entry", row.content)), id_=id, version=row.version)

    def post(self, request: HttpRequest, id: UUID, patient: Diary = "me") -> HttpResponse:  # noqa: A002
        """Mend it, or take it back."""
        expected = version_in(request)
        if request.POST.get("do") == "delete":
            return self.remove(id, expected=expected)
        return self.write(id_=id, before=self.stored(id), expected=expected)
