"""What a file holds and a diary does not take: counted, and the first rows named with the reason."""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from diary.format.sentences import gettext_noop as _

Reason = Literal["columns", "resource", "withdrawn", "date", "day", "number", "unit", "range", "score", "another"]
SAYS: Final[Mapping[Reason, str]] = {
    "columns": _("The line has fewer columns than the first one."),
    "resource": _("This is not a FHIR resource that can be read."),
    "withdrawn": _("It is marked as a mistake or as never done."),
    "date": _("The date can't be read. Write it as 2026-03-29, or as 2026-03-29 07:15."),
    "day": _("The date is in the future or before 1900."),
    "number": _("The weight is not a number."),
    "unit": _("The unit is missing or unknown. Kilograms, grams, pounds and stones are understood."),
    "range": _("The weight is not between 2 and 500 kilograms."),
    "score": _("The pain score is not a whole number from 0 to 10."),
    "another": _("The file has another value for the same moment, which was taken."),
}
"""In words that repeat nothing of what the row says."""
NAMED: Final = 20
"""Rows that are named; counted are all."""


class NotUnderstood(Struct, frozen=True):
    """A row that could not be read: its line in the file, or its number among the records, from 1."""

    place: int
    reason: Reason


class LeftOut(Struct):
    """`passed_over` is what a diary has no place for, such as steps; `not_understood` what it would have taken."""

    passed_over: int = 0
    not_understood: int = 0
    first: list[NotUnderstood] = []

    def add(self, place: int, reason: Reason) -> None:
        """Count a row that could not be read."""
        self.not_understood += 1
        if len(self.first) < NAMED:
            self.first.append(NotUnderstood(place, reason))
