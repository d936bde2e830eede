"""Whom the rules find, how soon after the true state meets a rule, and how long before the diagnosis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evaluation.cohorts.keeping import HABITS
from evaluation.scoring.figure import ASKED, CLASSES, SEE_DOCTOR, SENT, Figure, first_found
from evaluation.scoring.intervals import Estimate, quantile, share
from evaluation.scoring.person import Scored

FOUND = "people found, of those whose true state meets a rule"
DELAY = "delay, "
BEFORE, EARLY, LEAD = "alarmed before the diagnosis", "at least 8 weeks before", "lead, median"
ASKED_BEFORE = "alarmed or asked to a check-up before the diagnosis"
WELL_KEPT = "malignant, well-kept diaries"
WELL_KEPT_HABITS, WELL_KEPT_DAYS = ("high", "moderate"), 42
EIGHT_WEEKS = 56
_FOUND_GOALS = {"complete": ("99", "0", "2"), "missing-30": ("96", "3", "40"), "missing-50": ("92", "", "")}
_EARLY_GOALS = {"complete": ("98", "94", ""), "missing-30": ("95", "91", "31"), "missing-50": ("95", "", "")}
_WELL_KEPT_GOALS = ("69", "71", "")
_WELL_KEPT_ASKED = "72"


def found_and_delay(cohort: str, people: Sequence[Scored]) -> list[Figure]:
    """Share found and delays, of all and of each kind of pain."""
    least, median, ninetieth = (goal if cohort in _FOUND_GOALS else "" for goal in _FOUND_GOALS.get(cohort, ("",) * 3))
    should = [one for one in people if _due(cohort, one) is not None]
    found = [
        Figure(cohort, FOUND, "%", _found(cohort, should), _at_least(least)),
        Figure(cohort, f"{DELAY}median", "days", quantile(_delays(cohort, should), 0.5), _at_most(median)),
        Figure(cohort, f"{DELAY}90th percentile", "days", quantile(_delays(cohort, should), 0.9), _at_most(ninetieth)),
    ]
    for kind in ("malignant", *CLASSES):
        of_kind = [one for one in should if one.kind == kind]
        found.append(Figure(cohort, f"{kind}: people found", "%", _found(cohort, of_kind)))
        found.append(Figure(cohort, f"{kind}: delay, median", "days", quantile(_delays(cohort, of_kind), 0.5)))
    return found


def before_diagnosis(cohort: str, malignant: Sequence[Scored]) -> list[Figure]:
    """How many were alerted before the diagnosis, and how long before."""
    if cohort != "realistic":
        return _before(cohort, "malignant", malignant, _EARLY_GOALS.get(cohort, ("", "", "")))
    kept = [one for one in malignant if one.habit in WELL_KEPT_HABITS and one.days_of_use >= WELL_KEPT_DAYS]
    return _before(cohort, WELL_KEPT, kept, _WELL_KEPT_GOALS)


def by_habit(cohort: str, people: Sequence[Scored]) -> list[Figure]:
    """The same by how diligently the diary is kept."""
    found: list[Figure] = []
    for habit in HABITS:
        kept = [one for one in people if one.habit == habit.name]
        due = [one for one in kept if _due(cohort, one) is not None]
        name = f"{habit.name} adherence"
        found.append(Figure(cohort, f"{name}: people found", "%", _found(cohort, due)))
        for at, words in ((0.5, "median"), (0.9, "90th percentile")):
            found.append(Figure(cohort, f"{name}: delay, {words}", "days", quantile(_delays(cohort, due), at)))
        malignant = [one for one in kept if one.diagnosis is not None]
        found += _before(cohort, f"malignant, {name}", malignant, ("", "", ""))
    return found


def _before(cohort: str, name: str, people: Sequence[Scored], goals: tuple[str, str, str]) -> list[Figure]:
    leads = _leads(people, SENT)
    eight = sum(lead >= EIGHT_WEEKS for lead in leads)
    weeks = quantile([lead / 7 for lead in leads], 0.5)
    before, early, lead = map(_at_least, goals)
    asked = share(len(_leads(people, ASKED)), len(people))
    return [
        Figure(cohort, f"{name}: {BEFORE}", "%", share(len(leads), len(people)), before),
        Figure(cohort, f"{name}: {ASKED_BEFORE}", "%", asked, _at_least(_WELL_KEPT_ASKED if name == WELL_KEPT else "")),
        Figure(cohort, f"{name}: {EARLY}", "%", share(eight, len(people)), early),
        Figure(cohort, f"{name}: {LEAD}", "weeks", weeks, lead),
    ]


def _leads(people: Sequence[Scored], tiers: Iterable[str]) -> list[int]:
    """Days from the first alert of these tiers to the diagnosis, of those for whom it came before."""
    alerts = [(one.diagnosis or 0, first_found(one.alerts, tiers)) for one in people]
    return [diagnosis - alert.found for diagnosis, alert in alerts if alert is not None and alert.found < diagnosis]


def _due(cohort: str, one: Scored) -> int | None:
    """The day on which a perfect diary would have met a rule; who stops writing can be found only while they write."""
    return one.first_while_writing if cohort == "realistic" else min(one.first_latent.values(), default=None)


def _found(cohort: str, due: Sequence[Scored]) -> Estimate:
    return share(len(_delays(cohort, due)), len(due))


def _delays(cohort: str, due: Iterable[Scored]) -> list[int]:
    alerts = ((_due(cohort, one) or 0, first_found(one.alerts, SEE_DOCTOR)) for one in due)
    return [max(0, alert.found - day) for day, alert in alerts if alert is not None]


def _at_least(goal: str) -> str:
    return goal and f">= {goal}"


def _at_most(goal: str) -> str:
    return goal and f"<= {goal}"
