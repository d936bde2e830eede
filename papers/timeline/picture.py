"""The timeline as a picture: what Typst draws (`papers/typesetting/timeline.typ`), in the language that is active."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any, Final, Literal

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from msgspec import to_builtins

from papers.amounts import name_and_dose
from papers.calendar import day_and_month, month
from papers.timeline.timeline import MILD, MODERATE, SEVERE, Bar, Timeline
from papers.typesetting.compiler import Picture, picture

Palette = Literal["light", "dark"]
MOST_BARS: Final = 6
WEEKS_UNTIL: Final = 100
"""Days up to which the axis names weeks, not months."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a picture and its words are, in points: on a screen it scales, and its words with it.

    In a `narrow` one what a row is called stands above it. The axis has at most so many `labels`, and a label needs
    this share of the axis as `room` before the end.
    """

    width: int
    words: float
    narrow: bool = False
    labels: int = 100
    room: float = 0.06


PAPER: Final = Shape(width=720, words=7.5)
WIDE: Final = Shape(width=560, words=11.5, labels=7, room=0.12)
"""A point is a pixel of a large window, and never much less."""
NARROW: Final = Shape(width=288, words=12, narrow=True, labels=4, room=0.16)
"""The same on a phone of 320 pixels."""

_ROWS: Final[Mapping[str, tuple[Promise, tuple[str, ...]]]] = {
    "alerts": (_("Advice to be seen"), ("alert",)),
    "visits": (_("Visits, imaging"), ("visit", "imaging")),
    "accidents": (_("Falls, injuries"), ("event",)),
}
"""Each row of marks with what it is called and the kinds in it."""
_KEY: Final[Mapping[str, Promise | str]] = {
    "alert": _("advised to be seen"),
    "visit": _("visit"),
    "imaging": _("imaging"),
    "event": _("fall or injury"),
    f"night{MILD}": "0–3",
    f"night{MODERATE}": "4–6",
    f"night{SEVERE}": "7–10",
    "woken": _("woken by pain"),
}


def timeline_picture(
    timeline: Timeline, *, kind: Picture = "svg", palette: Palette = "light", filled: bool = False, shape: Shape = PAPER
) -> bytes:
    """An SVG or PNG image; `filled` gives it a ground, else that of the page shows through."""
    frame = {"palette": palette, "filled": filled, "lang": get_language() or "en"}
    size = {"width": shape.width, "words": shape.words, "narrow": shape.narrow}
    return picture("timeline.typ", {**frame, **size, **drawing(timeline, shape=shape)}, kind=kind)


def drawing(timeline: Timeline, *, shape: Shape = PAPER) -> dict[str, Any]:
    """What is drawn, as plain values."""
    kinds = {mark.kind for mark in timeline.marks}
    shades = {f"night{run.shade}" for run in timeline.nights}
    shown = kinds | shades | ({"woken"} if timeline.woken else set())
    return {
        "days": timeline.days,
        "ticks": list(_ticks(timeline, shape)),
        "visits": [mark.day for mark in timeline.marks if mark.kind == "visit"],
        "marks": [
            {"label": str(label), "marks": [to_builtins(mark) for mark in timeline.marks if mark.kind in of]}
            for label, of in _ROWS.values()
            if not kinds.isdisjoint(of)
        ],
        "pain": {"label": str(_("Worst pain")), "runs": timeline.pain},
        "nights": {
            "label": str(_("Night or rest pain")),
            "runs": [to_builtins(run) for run in timeline.nights],
            "woken": [to_builtins(run) for run in timeline.woken],
        },
        "bars": [_bar(bar) for bar in timeline.bars[:MOST_BARS]],
        "key": [{"kind": kind, "label": str(label)} for kind, label in _KEY.items() if kind in shown],
    }


def _bar(bar: Bar) -> dict[str, Any]:
    return {"label": name_and_dose(bar.treatment), "parts": [to_builtins(part) for part in bar.parts]}


def _ticks(timeline: Timeline, shape: Shape) -> Iterator[dict[str, Any]]:
    """Where months begin, or weeks while there are few; no label that would run out of the picture or into another."""
    labels = list(_labels(timeline))
    each = ceil(len(labels) / shape.labels)
    for number, (day, label) in enumerate(labels):
        fits = day <= timeline.days * (1 - shape.room) and number % each == 0
        yield {"day": day, "label": label if fits else ""}


def _labels(timeline: Timeline) -> Iterator[tuple[int, str]]:
    if timeline.days <= WEEKS_UNTIL:
        starts = range(0, timeline.days, 7 if timeline.days <= WEEKS_UNTIL / 2 else 14)
        yield from ((day, day_and_month(timeline.first + timedelta(days=day))) for day in starts)
        return
    yield from ((day, month(begins)) for day, begins in _months(timeline))


def _months(timeline: Timeline) -> Sequence[tuple[int, date]]:
    days = [(day, timeline.first + timedelta(days=day)) for day in range(timeline.days)]
    return [(number, day) for number, day in days if day.day == 1]
