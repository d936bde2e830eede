"""Measured values as entries, some hundred at a time: checked like every entry, each moment once."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Final

from diary.format.fields import Entry
from diary.format.sentences import Sentence
from diary.format.sentences import gettext_noop as _
from diary.format.streamed_document import ROWS_AT_ONCE, Rows
from diary.format.strict_json import Invalid, Malformed
from diary.format.validation import validated
from diary.health_files.left_out import LeftOut, Reason
from diary.health_files.measured import Measured

_REASONS: Final[dict[str, Reason]] = {"/weight_kg": "range", "/worst_pain": "score", "/date": "day"}


def as_entries(values: Iterable[Measured], left_out: LeftOut, *, latest: date, most: int) -> Iterator[Rows]:
    """Every value that an entry can hold. The same value of the same moment is read once, another one is left out.

    Raises Malformed for more than `most` of them.
    """
    found = _checked(values, left_out, latest=latest, most=most)
    while batch := list(islice(found, ROWS_AT_ONCE)):
        yield Rows("entry", [content for content, _written in batch], [written for _content, written in batch])


def _checked(
    values: Iterable[Measured], left_out: LeftOut, *, latest: date, most: int
) -> Iterator[tuple[Entry, dict[str, object]]]:
    amounts: dict[int, float | None] = {}
    for value in values:
        written = value.as_entry()
        try:
            content = validated(Entry, written, latest=latest)
        except Invalid as invalid:
            left_out.add(value.place, _REASONS.get(invalid.errors[0].pointer, "date"))
            continue
        amount = content.worst_pain if content.weight_kg is None else content.weight_kg
        if content.id.int not in amounts:
            amounts[content.id.int] = amount
            yield content, written
        elif amounts[content.id.int] != amount:
            left_out.add(value.place, "another")
        if len(amounts) > most:
            raise Malformed(Sentence(_("The file holds more than {most} values, as many as a diary can."), most=most))
