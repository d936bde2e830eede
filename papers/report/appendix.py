"""What follows the page: all that was counted, everything that the page has no room for, the weeks, and the notes."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec.structs import astuple

from papers.calendar import short_day
from papers.reading import Reading
from papers.report import background, treatments
from papers.report.reasons import all_counts
from papers.report.shapes import Appendix, Chapter, Fact, Table
from papers.timeline.in_words import column_names, weeks
from papers.typesetting.plain_text import lines

MOST_LETTERS: Final = 150_000
"""Of notes: some hundred sides. Setting more would hold up others."""


def appendix(reading: Reading) -> Appendix:
    """From the second side on."""
    return Appendix(
        heading=_("Appendix"),
        reasons=all_counts(reading.alerts),
        tables=list(_tables(reading)),
        notes=_notes(reading),
    )


def _tables(reading: Reading) -> Iterator[Table]:
    tried = treatments.treatments(reading, most=treatments.MOST_IN_ALL)
    if len(tried.rows) > treatments.MOST:
        yield tried
    happened = background.happened(reading, most=background.MOST_IN_ALL)
    if len(happened.facts) > background.MOST:
        yield Table(happened.heading, [_("When"), _("What")], [[fact.label, fact.value] for fact in happened.facts])
    yield Table(
        heading=_("Week by week"),
        columns=astuple(column_names()),
        rows=[astuple(week) for week in weeks(reading)],
    )


def _notes(reading: Reading) -> Chapter | None:
    """The newest first, as many as there is room for."""
    if not reading.notes:
        return None
    shown: list[Fact] = []
    letters = 0
    for note in reading.notes:
        letters += len(note.text)
        if letters > MOST_LETTERS:
            break
        shown.append(Fact(short_day(note.day), lines(note.text)))
    left = len(reading.notes) - len(shown)
    if left:
        said = ngettext("%(left)d older note is left out.", "%(left)d older notes are left out.", left)
        shown.append(Fact("", said % {"left": left}))
    return Chapter(_("Notes that the person chose to include"), shown)
