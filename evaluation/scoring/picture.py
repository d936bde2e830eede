"""The evidence as a picture: found against false alarms, delay, and false alarms by class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import vl_convert

from evaluation.scoring.false_alarms import ASSESSED, GOALS_FOR
from evaluation.scoring.figure import CLASSES, Figure
from evaluation.scoring.found import DELAY, FOUND

Figures = dict[tuple[str, str], Figure]
Spec = dict[str, Any]

COHORTS = {"complete": "complete", "missing-30": "30 % missing", "missing-50": "50 % missing"}
BLUE, ORANGE, GREY = "#1f5f99", "#c2571a", "#8a8a8a"
PANEL = {"width": 205, "height": 190}
FONT = "Helvetica, Arial, sans-serif"


def evidence_picture(found: Iterable[Figure]) -> str:
    """An SVG image of three panels, each point with its 95 % interval."""
    figures = {(figure.cohort, figure.name): figure for figure in found}
    spec: Spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "padding": 12,
        "spacing": 28,
        "config": {
            "font": FONT,
            "axis": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "gridColor": "#e6e6e6"},
            "title": {"fontSize": 14, "anchor": "start", "offset": 12},
            "text": {"fontSize": 12},
            "legend": {"labelFontSize": 12, "orient": "bottom", "title": None, "symbolSize": 70},
            "view": {"stroke": "#cccccc"},
        },
        "resolve": {"legend": {"color": "independent"}, "scale": {"color": "independent"}},
        "hconcat": [_found_against_false_alarms(figures), _delay(figures), _by_class(figures)],
    }
    return vl_convert.vegalite_to_svg(spec)


def _found_against_false_alarms(figures: Figures) -> Spec:
    points = [
        {"cohort": words, **_values("found", figures[cohort, FOUND]), **_values("false", figures[cohort, alarms])}
        for cohort, words in COHORTS.items()
        if (cohort, FOUND) in figures and (cohort, alarms := f"{ASSESSED}all: alerts") in figures
    ]
    x = _quantity("false", "alerts per 100 assessed benign years")
    y = _quantity("found", "found, of those who meet a rule (%)")
    above = {"type": "text", "align": "left", "dx": 8, "dy": -9}
    label = {"mark": above, "encoding": {"text": {"field": "cohort"}}}
    y["scale"] = {"domainMax": 101, "zero": False, "nice": False}
    return {
        **PANEL,
        "title": "Found against false alarms",
        "data": {"values": points},
        "encoding": {"x": x, "y": y, "color": {"value": BLUE}},
        "layer": [
            _interval_mark(y={"field": "found_low"}, y2={"field": "found_high"}),
            _interval_mark(x={"field": "false_low"}, x2={"field": "false_high"}),
            _POINT,
            label,
        ],
    }


def _delay(figures: Figures) -> Spec:
    measures = {"median": "median", "90th percentile": "9 in 10 within"}
    points = [
        {"cohort": words, "measure": shown, **_values("days", figures[cohort, f"{DELAY}{measure}"])}
        for cohort, words in COHORTS.items()
        for measure, shown in measures.items()
        if (cohort, f"{DELAY}{measure}") in figures
    ]
    colours = {"domain": list(measures.values()), "range": [BLUE, ORANGE]}
    return {
        **PANEL,
        "title": "Delay",
        "data": {"values": points},
        "encoding": {
            "x": _quantity("days", "days after the true state meets a rule"),
            "y": _names("cohort", list(COHORTS.values())),
            "yOffset": {"field": "measure", "sort": list(measures.values())},
            "color": {"field": "measure", "type": "nominal", "scale": colours},
        },
        "layer": [_interval_mark(x={"field": "days_low"}, x2={"field": "days_high"}), _POINT],
    }


def _by_class(figures: Figures) -> Spec:
    of_class = {kind: figures.get((GOALS_FOR, f"{ASSESSED}{kind}: alerts")) for kind in CLASSES}
    points = [
        {"kind": kind, "goal": float(figure.goal.split()[-1]), **_values("alerts", figure)}
        for kind, figure in of_class.items()
        if figure is not None
    ]
    goal = {"x": {"field": "goal"}, "color": {"value": GREY}}
    goals = {"mark": {"type": "tick", "thickness": 2.5, "size": 30}, "encoding": goal}
    return {
        **PANEL,
        "title": "False alarms by class (grey: goal)",
        "data": {"values": points},
        "encoding": {
            "x": _quantity("alerts", "alerts per 100 assessed years"),
            "y": _names("kind", list(CLASSES)),
            "color": {"value": BLUE},
        },
        "layer": [goals, _interval_mark(x={"field": "alerts_low"}, x2={"field": "alerts_high"}), _POINT],
    }


_POINT: Spec = {"mark": {"type": "point", "filled": True, "size": 70, "opacity": 1}}


def _interval_mark(**ends: Spec) -> Spec:
    return {"mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.55}, "encoding": ends}


def _quantity(field: str, title: str) -> Spec:
    axis = {"tickCount": 5, "titlePadding": 8}
    return {"field": field, "type": "quantitative", "title": title, "axis": axis}


def _names(field: str, order: Sequence[str]) -> Spec:
    return {"field": field, "type": "nominal", "title": None, "sort": order}


def _values(name: str, figure: Figure) -> dict[str, float | None]:
    estimate = figure.estimate
    return {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}
