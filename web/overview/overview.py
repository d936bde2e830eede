"""`/overview`: some weeks of a diary as one picture, in words and as a table, and the page for the doctor from them.

The same below `/caring/<patient>/` for who may read the diary of someone else.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diary.access.levels import Diary
from diary.access.log import Line
from diary.api.framework.limiting import few_at_once
from diary.problems import not_found
from diary.reaching.local_time import local_date
from diary.recording.listing import Span
from papers.reading import Reading, read
from papers.report.report import Paper, report_pdf
from papers.timeline.in_words import column_names, summary, weeks
from papers.timeline.picture import NARROW, WIDE, Palette, timeline_picture
from papers.timeline.timeline import timeline_of
from web.today.whose import DiaryReaderPage

SPANS: Final[Mapping[str, Promise]] = {"4": _("4 weeks"), "13": _("3 months"), "52": _("A year")}
"""Weeks up to today."""
_USUAL: Final = "13"
_PAPERS: Final[Mapping[str, Paper]] = {"a4": "a4", "letter": "letter"}
_PALETTES: Final[Mapping[str, Palette]] = {"light": "light", "dark": "dark"}
_SHAPES: Final = {"narrow": NARROW, "wide": WIDE}


class SpanPage(DiaryReaderPage):
    """Something made of the weeks that `weeks` says."""

    reach = {"GET": "read"}
    here = "diary"

    def answered(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """One at a time for each reader: it reads the whole span, and may start a process."""
        self.going_on = ExitStack()
        with self.going_on:
            return super().answered(request, *args, **kwargs)

    def one_at_a_time(self) -> None:
        """Raises Problem 429 while another one of this reader is being made."""
        self.going_on.enter_context(few_at_once(str(self.caller.user_id), most=1))

    @property
    def weeks(self) -> str:
        """One of SPANS."""
        named = self.request.GET.get("weeks", _USUAL)
        return named if named in SPANS else _USUAL

    def reading(self, *, notes: bool = False) -> Reading:
        """The diary over these weeks."""
        last = local_date(user_id=self.patient.pk, now=self.now)
        first = last - timedelta(days=7 * int(self.weeks) - 1)
        return read(self.access, asked=Span(first, last), notes=notes, now=self.now)


class OverviewPage(SpanPage):
    """The picture with what it shows in words, and the form for the doctor's page."""

    def get(self, request: HttpRequest, patient: Diary = "me") -> HttpResponse:
        """The page."""
        self.one_at_a_time()
        reading = self.reading()
        self.note_look(Line("read", "overview"))
        drawn = {(screen, palette): self._picture(screen, palette) for screen in _SHAPES for palette in _PALETTES}
        return self.page(
            "pages/overview.html",
            lambda: {
                "spans": [(weeks_, label, weeks_ == self.weeks) for weeks_, label in SPANS.items()],
                "weeks": self.weeks,
                "pictures": {f"{screen}_{palette}": address for (screen, palette), address in drawn.items()},
                "summary": summary(reading, timeline_of(reading)),
                "columns": column_names(),
                "rows": [
                    week for week in weeks(reading) if any((week.worst_pain, week.nights, week.woken, week.weight))
                ],
                "report": self.address("report-file"),
                "own": self.own,
            },
        )

    def _picture(self, screen: str, palette: str) -> str:
        asked = {"weeks": self.weeks, "screen": screen, "palette": palette}
        return f"{self.address('timeline')}?{urlencode(asked)}"


class TimelineImage(SpanPage):
    """`…/timeline.svg`: the picture alone."""

    def get(self, request: HttpRequest, patient: Diary = "me") -> HttpResponse:
        """In the reader's language. Raises Problem 404 for a palette or a screen that there is not."""
        palette = _PALETTES.get(request.GET.get("palette", "light"))
        shape = _SHAPES.get(request.GET.get("screen", "wide"))
        if palette is None or shape is None:
            raise not_found()
        reading = self.reading()
        self.note_look(Line("read", "overview"))
        with translation.override(self.language):
            drawn = timeline_picture(timeline_of(reading), palette=palette, shape=shape)
        return HttpResponse(drawn, content_type="image/svg+xml")


class ReportFile(SpanPage):
    """`…/report.pdf`: the page for the doctor."""

    def get(self, request: HttpRequest, patient: Diary = "me") -> HttpResponse:
        """In the reader's language; notes are the owner's to add. Raises Problem 404 for a paper that there is not."""
        paper = _PAPERS.get(request.GET.get("paper", "a4"))
        if paper is None:
            raise not_found()
        self.one_at_a_time()
        reading = self.reading(notes=self.own and request.GET.get("notes") == "yes")
        self.note_look(Line("exported", "report"))
        made_at = timezone.now().astimezone(self.zone)
        made = report_pdf(reading, language=self.language, paper=paper, made_at=made_at)
        named = {"Content-Disposition": 'attachment; filename="report.pdf"', "Content-Language": self.language}
        return HttpResponse(made, content_type="application/pdf", headers=named)
