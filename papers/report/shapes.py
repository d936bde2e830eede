"""What the doctor's page is made of: texts in their order, which the typesetting only lays out."""

from collections.abc import Sequence

from msgspec import Struct


class Fact(Struct, frozen=True):
    """A label and what is so."""

    label: str
    value: str


class Facts(Struct, frozen=True):
    """Facts under a heading; `otherwise` is said where there is none, `more` where some are left out."""

    heading: str
    facts: Sequence[Fact]
    otherwise: str = ""
    more: str = ""


class Reason(Struct, frozen=True):
    """Why the person was advised to come: the pattern, when, what was counted, and by which rule."""

    title: str
    when: str
    basis: str
    rule: str


class Reasons(Struct, frozen=True):
    """The reasons under a heading, as in `Facts`."""

    heading: str
    reasons: Sequence[Reason]
    otherwise: str = ""
    more: str = ""


class Table(Struct, frozen=True):
    """Rows of as many cells as there are columns."""

    heading: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    otherwise: str = ""
    more: str = ""


class Chapter(Struct, frozen=True):
    """A part of the appendix: texts under a title each."""

    heading: str
    paragraphs: Sequence[Fact]


class Picture(Struct, frozen=True):
    """The timeline as it is drawn, and in words for who does not see it."""

    heading: str
    words: str
    drawing: dict[str, object]


class Appendix(Struct, frozen=True):
    """What follows the page, from the second side on."""

    heading: str
    reasons: Chapter | None
    tables: Sequence[Table]
    notes: Chapter | None


class Report(Struct, frozen=True):
    """The doctor's page in one language."""

    language: str
    title: str
    person: Sequence[Fact]
    reasons: Reasons
    timeline: Picture
    treatments: Table
    lists: Sequence[Facts]
    notice: str
    appendix: Appendix
