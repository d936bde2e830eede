"""Tables that a spreadsheet may split as it likes."""

import csv
import io
from itertools import product

import pytest

from diary.account.tables import csv_lines

FORMULA = "=+-@＝＋－＠"
SEPARATORS = [",", ";", "\t", "|", ":", "/", " ", "!", "\\", "^", "~", "\xa0", "；", "，", "、"]
NOTES = [
    *(
        f"pain{separator}{blank}{begins}1+1"
        for separator, blank, begins in product(SEPARATORS, ["", " ", '"'], FORMULA)
    ),
    *(f"pain\n{begins}1" for begins in FORMULA),
    *(f'"{begins}1"' for begins in FORMULA),
    "🙂=1",
    "a;'=1",
    ";;;=cmd|' /C calc'!A0",
    "x\r\n@SUM(1)",
    "-- =2 --=3",
]
"""What begins a cell only where a reader splits elsewhere than we do."""


def cells(table: str, separator: str) -> set[str]:
    """Every cell that some reader finds: one that heeds quotes, and one that does not."""
    heeding = csv.reader(io.StringIO(table, newline=""), delimiter=separator)
    lines = table.replace("\r", "\n").split("\n")
    return {cell for row in heeding for cell in row} | {cell for line in lines for cell in line.split(separator)}


@pytest.mark.parametrize("separator", SEPARATORS)
def test_no_cell_begins_a_formula_whatever_it_is_split_at(separator: str) -> None:
    table = csv_lines([["id", "note"], *(["1", note] for note in NOTES)]).decode()
    assert [cell for cell in cells(table, separator) if begins(cell)] == []


def begins(cell: str) -> bool:
    """Whether a spreadsheet would compute it: blanks and a quote in front do not keep it from that."""
    return cell.lstrip(' \t"\xa0')[:1] in set(FORMULA)


@pytest.mark.parametrize(
    ("note", "written"),
    [
        ("well-being, e-mail a@b.example, 5=5", "well-being, e-mail a@b.example, 5=5"),
        ("worse - much worse", "worse '- much worse"),
        ("-2 since Monday", "'-2 since Monday"),
        ("2026-03-29T08:30:00+02:00", "2026-03-29T08:30:00+02:00"),
    ],
)
def test_a_text_is_changed_only_where_a_formula_could_begin(note: str, written: str) -> None:
    (row,) = csv.reader([csv_lines([[note]]).decode()])
    assert row == [written]
