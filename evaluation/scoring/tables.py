"""Tables of a Markdown page, and numbers in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evaluation.scoring.intervals import Estimate

Head = Sequence[tuple[str, str]]
"""The columns: what each is called and how it is aligned."""


def table(head: Head, rows: Iterable[Sequence[str]]) -> str:
    """A table as text."""
    names, alignments = zip(*head, strict=True)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (names, alignments, *rows))


def number(value: float | None) -> str:
    """One decimal where there is one to tell."""
    return "none" if value is None else f"{value:.1f}".removesuffix(".0")


def interval(estimate: Estimate) -> str:
    """From the low to the high end."""
    return "" if estimate.low is None else f"{number(estimate.low)} to {number(estimate.high)}"


def with_interval(estimate: Estimate) -> str:
    """The value with its interval, in one cell."""
    return number(estimate.value) if estimate.low is None else f"{number(estimate.value)} ({interval(estimate)})"
