"""Tables of weights: openScale's, and any with the columns `date` and `weight_kg` or `weight_lb`.

openScale up to version 2 writes `dateTime` and a weight in kilograms, whatever it shows. Since version 3 it writes
`DATE`, `TIME` and `WEIGHT` without a unit: like every other table with a `weight` of no unit, it is read only when the
person says which one it is.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple

from diary.format.sentences import gettext_noop as _
from diary.format.strict_json import Malformed
from diary.health_files.left_out import LeftOut, Reason
from diary.health_files.measured import Measured, Moment, kilograms, moment_of
from diary.health_files.peeked import Read, lines

Unit = Literal["kg", "lb"]
_SEPARATORS: Final = "\t;,"
_WITH_UNIT: Final = {
    re.sub("[ _]", "", f"weight{unit}"): kind
    for kind, units in {"kg": ("kg", "(kg)", "[kg]"), "lb": ("lb", "lbs", "(lb)", "(lbs)", "[lb]")}.items()
    for unit in units
}
_OURS: Final = {"recordedat", "timezone", "weightkg"}
"""Columns of a table that this service exported: its weights are entries already."""


class Columns(NamedTuple):
    """Where a table has what, and how it is written."""

    separator: str
    day: int
    clock: int | None
    weight: int
    unit: str | None
    """None where the table does not say."""
    source: str


def columns_of(head: bytes) -> Columns | None:
    """The columns by the first line; None where it names no date or no weight."""
    first = _text(head.splitlines()[0]) if head.strip() else ""
    separator = max(_SEPARATORS, key=first.count)
    names = [re.sub("[ _]", "", name).lower() for name in next(csv.reader([first], delimiter=separator), [])]
    day = next((names.index(name) for name in ("datetime", "date") if name in names), None)
    weight = next((at for at, name in enumerate(names) if name == "weight" or name in _WITH_UNIT), None)
    if day is None or weight is None or set(names) >= _OURS:
        return None
    is_openscale = names[day] == "datetime" and "fat" in names and "water" in names
    return Columns(
        separator,
        day,
        names.index("time") if names[day] == "date" and "time" in names else None,
        weight,
        _WITH_UNIT.get(names[weight]) or ("kg" if is_openscale else None),
        "openscale" if is_openscale else "csv",
    )


def weights(read: Read, columns: Columns, unit: Unit | None, left_out: LeftOut) -> Iterator[Measured]:
    """The weight of each line. Raises Malformed for a table that does not say its unit, and for what is no table."""
    known = columns.unit or unit
    if known is None:
        raise Malformed(_("The table does not say in which unit its weights are. Choose kilograms or pounds."))
    rows = csv.reader(map(_text, lines(read)), delimiter=columns.separator)
    try:
        next(rows)
        for row in rows:
            found = _weight(row, rows.line_num, columns, known) if any(row) else None
            if isinstance(found, Measured):
                yield found
            elif found is not None:
                left_out.add(rows.line_num, found)
    except csv.Error as error:
        raise Malformed(_("The file is not a table of comma-separated values.")) from error


def _weight(row: Sequence[str], line: int, columns: Columns, unit: str) -> Measured | Reason | None:
    """None where there is no weight in the line: openScale writes 0 for what was not measured."""
    if max(columns.day, columns.clock or 0, columns.weight) >= len(row):
        return "columns"
    written = row[columns.weight].strip()
    if written in ("", "0", "0.0"):
        return None
    weight = kilograms(written if columns.separator == "," else written.replace(",", "."), unit)
    moment = _moment(row, columns)
    if moment is None:
        return "date"
    return "number" if weight is None else Measured(line, columns.source, moment, weight_kg=weight)


def _moment(row: Sequence[str], columns: Columns) -> Moment | None:
    clock = "" if columns.clock is None else row[columns.clock].strip()
    return moment_of(f"{row[columns.day].strip()} {clock}")


def _text(line: bytes) -> str:
    """What is not UTF-8 is in a comment, which is not read."""
    return line.decode("utf-8-sig", "replace")
