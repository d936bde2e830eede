"""The evidence as a picture: found against false alarms, delay, and false alarms by class."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import vl_convert

from alerts.scoring.figures import ASSESSED, CLASSES, DELAYS, FOUND, Figure

Figures = dict[tuple[str, str], Figure]


def evidence_picture(found: Iterable[Figure]) -> str:
    """An SVG image of three panels, each point with its 95 % interval."""
    figures = {(figure.cohort, figure.name): figure for figure in found}
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "title": "Synthetic people: how the rules do, with 95 % intervals",
        "resolve": {"scale": {"color": "independent"}},
        "hconcat": [_found_against_false_alarms(figures), _delay(figures), _by_class(figures)],
    }
    return vl_convert.vegalite_to_svg(spec)


def _found_against_false_alarms(figures: Figures) -> dict[str, Any]:
    points = [
        _point(figure, cohort, false=figures[cohort, f"{ASSESSED}all: alerts"].estimate.value)
        for (cohort, name), figure in figures.items()
        if name == FOUND and (cohort, f"{ASSESSED}all: alerts") in figures
    ]
    x = {"field": "false", "type": "quantitative", "title": "alerts per 100 assessed benign years"}
    return _panel("Found against false alarms", points, x, "people found, %")


def _delay(figures: Figures) -> dict[str, Any]:
    points = [
        _point(figure, f"{cohort}, {name.removeprefix(DELAYS)}")
        for (cohort, name), figure in figures.items()
        if name.startswith(DELAYS)
    ]
    return _panel("Delay", points, {"field": "label", "type": "nominal", "title": None}, "days")


def _by_class(figures: Figures) -> dict[str, Any]:
    points = [
        _point(figures["benign-only", f"{ASSESSED}{kind}: alerts"], kind)
        for kind in CLASSES
        if ("benign-only", f"{ASSESSED}{kind}: alerts") in figures
    ]
    x = {"field": "label", "type": "nominal", "title": None}
    return _panel("False alarms by class", points, x, "alerts per 100 assessed years")


def _point(figure: Figure, label: str, **more: float | None) -> dict[str, Any]:
    estimate = figure.estimate
    return {"label": label, "value": estimate.value, "low": estimate.low, "high": estimate.high, **more}


def _panel(title: str, points: list[dict[str, Any]], x: dict[str, Any], y: str) -> dict[str, Any]:
    value = {"field": "value", "type": "quantitative", "title": y, "scale": {"zero": False}}
    ends = {"y": {"field": "low", "type": "quantitative", "title": y}, "y2": {"field": "high"}}
    colour = {"field": "label", "type": "nominal", "legend": None if x.get("type") == "nominal" else {"title": None}}
    return {
        "title": title,
        "width": 230,
        "height": 230,
        "data": {"values": points},
        "encoding": {"x": x, "color": colour},
        "layer": [
            {"mark": "rule", "encoding": ends},
            {"mark": {"type": "point", "filled": True, "size": 60}, "encoding": {"y": value}},
        ],
    }
