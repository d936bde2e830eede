"""The doctor's page: one side that is read in a minute, and an appendix. It makes no diagnosis and gives no advice."""

from datetime import datetime
from typing import Any, Final, Literal

from django.utils import translation
from django.utils.translation import gettext as _
from msgspec import to_builtins

from papers.calendar import from_to, short_day
from papers.reading import Reading
from papers.report.appendix import appendix
from papers.report.background import gaps, happened, history
from papers.report.findings import findings
from papers.report.reasons import reasons
from papers.report.shapes import Fact, Picture, Report
from papers.report.treatments import treatments
from papers.timeline.in_words import summary
from papers.timeline.picture import drawing
from papers.timeline.timeline import timeline_of
from papers.typesetting.compiler import document
from papers.typesetting.plain_text import one_line
from papers.words import NOT_ANSWERED

Paper = Literal["a4", "letter"]
SOURCE: Final = "report.typ"
_SIZES: Final = {"a4": "a4", "letter": "us-letter"}
"""By what Typst calls them."""


def report_pdf(reading: Reading, *, language: str, paper: Paper, made_at: datetime) -> bytes:
    """The report as a tagged PDF."""
    with translation.override(language):
        data = report_data(reading, paper=paper, made_at=made_at)
    return document(SOURCE, data, made_at=made_at)


def report_data(reading: Reading, *, paper: Paper, made_at: datetime) -> dict[str, Any]:
    """What is typeset, as plain values, in the language that is active."""
    return {**to_builtins(report_of(reading, made_at=made_at)), "paper": _SIZES[paper]}


def report_of(reading: Reading, *, made_at: datetime) -> Report:
    """The same as texts, in the language that is active."""
    timeline = timeline_of(reading)
    return Report(
        language=translation.get_language() or "en",
        title=_("Symptom diary: page for the doctor"),
        person=_person(reading, made_at),
        reasons=reasons(reading.alerts, screened=reading.screened),
        timeline=Picture(_("Timeline"), summary(reading, timeline), drawing(timeline)),
        treatments=treatments(reading),
        lists=[findings(reading), happened(reading), history(reading), gaps(reading)],
        notice=_(
            "From the person's own entries; nothing is filled in. The rules look for patterns in these entries. They "
            "make no diagnosis, and finding none is not an all-clear."
        ),
        appendix=appendix(reading),
    )


def _person(reading: Reading, made_at: datetime) -> list[Fact]:
    born = reading.case.profile.birth_year
    written, days = len(reading.answered), len(reading.numbers)
    return [
        Fact(_("Name"), one_line(reading.name) or _("not given")),
        Fact(_("Year of birth"), str(NOT_ANSWERED if born is None else born)),
        Fact(_("Period"), from_to(reading.first, reading.last)),
        Fact(_("Days with an entry"), _("%(number)d of %(days)d") % {"number": written, "days": days}),
        Fact(_("Made on"), short_day(made_at.date())),
    ]
