"""What is shown of an account: tables of plain words, the same on a page and in a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be done about a row: `act` and `subject` are what the form sends, `label` its button."""

    act: str
    subject: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table."""

    cells: Sequence[str]
    offers: Sequence[Offer] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, what its columns are called, and its rows."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Row]


def moment(at: datetime | None) -> str:
    """A time for people, in UTC; a dash for never."""
    return f"{at.astimezone(timezone.get_default_timezone()):%Y-%m-%d %H:%M} UTC" if at else "–"


def yes(fact: object) -> str:
    """Yes or no."""
    return "yes" if fact else "no"


def words(name: str | None) -> str:
    """A word of the code as people read it; a dash for none."""
    return (name or "–").replace("_", " ")
