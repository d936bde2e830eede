"""The figures of a cohort beside their goals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from alerts.cohorts.keeping import HABITS
from alerts.scoring.intervals import Estimate, quantile, rate, share
from alerts.scoring.person import SENT, Alert, Scored

SEE_DOCTOR = "see_doctor"
DANGER = ("emergency", "urgent")
CLASSES = {
    "severe chronic": (9.0, None),
    "fluctuating": (20.0, 50.0),
    "persistent mild": (7.0, 10.0),
    "recovering": (2.0, 6.0),
}
"""Goals by class: alerts per 100 assessed patient-years, and percent advised among the never assessed."""
EIGHT_WEEKS = 56
FOUND = "people found, of those whose true state meets a rule"
DELAYS = "delay, "
ASSESSED = "assessed benign pain, "


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, with the goal that `docs/rules.md` sets; a goal is a least (`>=`) or a most (`<=`) value."""

    cohort: str
    name: str
    unit: str
    estimate: Estimate
    goal: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without a goal or a figure."""
        value = self.estimate.value
        if not self.goal or value is None:
            return None
        sign, bound = self.goal.split()
        return value >= float(bound) if sign == ">=" else value <= float(bound)


def figures(cohort: str, people: Sequence[Scored]) -> list[Figure]:
    """All figures that the cohort gives."""
    if cohort == "triggers":
        return _danger_signs(cohort, people)
    malignant = [one for one in people if one.diagnosis is not None]
    benign = [one for one in people if one.diagnosis is None]
    found: list[Figure] = []
    if cohort in _SENSITIVITY:
        found += _sensitivity(cohort, people)
    if malignant:
        found += _before_diagnosis(cohort, malignant)
    if cohort == "realistic":
        found += _by_habit(cohort, malignant)
    elif benign:
        found += _false_alarms(cohort, benign)
    return found


_SENSITIVITY = {"complete": ("99", "0", "2"), "missing-30": ("96", "3", "40"), "missing-50": ("92", "", "")}
_EARLY = {"complete": ("98", "94"), "missing-30": ("95", "91"), "missing-50": ("95", ""), "realistic": ("77", "71")}


def _danger_signs(cohort: str, people: Sequence[Scored]) -> list[Figure]:
    planted = [(one, day, rule) for one in people for day, rule in one.triggers.items()]
    hits = sum(any(alert.met == day and alert.rule == rule for alert in one.alerts) for one, day, rule in planted)
    false = sum(
        alert.tier in DANGER and one.triggers.get(alert.met) != alert.rule for one in people for alert in one.alerts
    )
    years = sum(one.length for one in people) / 365
    return [
        Figure(cohort, "danger signs found on the entry that carries them", "%", share(hits, len(planted)), ">= 100"),
        Figure(cohort, "danger alerts without a sign", "per 100 years", rate(false, years), "<= 0"),
    ]


def _sensitivity(cohort: str, people: Sequence[Scored]) -> list[Figure]:
    least, median, ninetieth = _SENSITIVITY[cohort]
    should = [(one, one.first_latent) for one in people if one.first_latent is not None]
    first = [(_first(one.alerts, {SEE_DOCTOR}), latent) for one, latent in should]
    delays = [max(0, alert.found - latent) for alert, latent in first if alert is not None]
    return [
        Figure(
            cohort,
            FOUND,
            "%",
            share(len(delays), len(first)),
            f">= {least}",
        ),
        Figure(cohort, f"{DELAYS}median", "days", quantile(delays, 0.5), median and f"<= {median}"),
        Figure(cohort, f"{DELAYS}90th percentile", "days", quantile(delays, 0.9), ninetieth and f"<= {ninetieth}"),
    ]


def _before_diagnosis(cohort: str, people: Sequence[Scored]) -> list[Figure]:
    before, early = _EARLY.get(cohort, ("", ""))
    counted, name = people, "malignant"
    if cohort == "realistic":
        counted = [one for one in people if one.habit in ("high", "moderate") and one.days_of_use >= 42]
        name = "malignant, well-kept diaries"
    leads = [(one.diagnosis or 0) - alert.found for one in counted if (alert := _first(one.alerts, SENT)) is not None]
    ahead = [lead for lead in leads if lead > 0]
    eight = sum(lead >= EIGHT_WEEKS for lead in ahead)
    lead_goal = ">= 31" if cohort == "missing-30" else ""
    return [
        Figure(
            cohort,
            f"{name}: alerted before the diagnosis",
            "%",
            share(len(ahead), len(counted)),
            before and f">= {before}",
        ),
        Figure(cohort, f"{name}: at least 8 weeks before", "%", share(eight, len(counted)), early and f">= {early}"),
        Figure(cohort, f"{name}: lead, median", "weeks", quantile([lead / 7 for lead in ahead], 0.5), lead_goal),
    ]


def _by_habit(cohort: str, people: Sequence[Scored]) -> list[Figure]:
    found = []
    for habit in HABITS:
        kept = [one for one in people if one.habit == habit.name]
        alerted = sum(_first(one.alerts, SENT) is not None for one in kept)
        name = f"malignant, {habit.name} adherence: alerted before the diagnosis"
        found.append(Figure(cohort, name, "%", share(alerted, len(kept))))
    return found


def _false_alarms(cohort: str, people: Sequence[Scored]) -> list[Figure]:
    goals = cohort in ("complete", "benign-only")
    years = sum(one.length for one in people) / 365
    false = sum(not alert.true for one in people for alert in _see_doctor(one.alerts))
    found = [
        _assessed(cohort, "all", people, "<= 8" if goals else ""),
        Figure(cohort, "rule-false alerts", "per 100 years", rate(false, years), "<= 6" if goals else ""),
        _lapsed(cohort, people),
    ]
    for kind, (alerts, advised) in CLASSES.items():
        of_kind = [one for one in people if one.kind == kind]
        found.append(_assessed(cohort, kind, of_kind, f"<= {alerts:g}" if goals else ""))
        found.append(_never_assessed(cohort, kind, of_kind, f"<= {advised:g}" if goals and advised else ""))
    return found + _naive(cohort, people, goals=goals)


def _assessed(cohort: str, kind: str, people: Iterable[Scored], goal: str) -> Figure:
    people = list(people)
    alerts = sum(alert.assessed for one in people for alert in _see_doctor(one.alerts))
    years = sum(one.assessed_days for one in people) / 365
    return Figure(cohort, f"{ASSESSED}{kind}: alerts", "per 100 years", rate(alerts, years), goal)


def _lapsed(cohort: str, people: Sequence[Scored]) -> Figure:
    once = [one for one in people if one.ever_assessed]
    alerts = sum(not alert.assessed for one in once for alert in _see_doctor(one.alerts))
    years = sum(one.length - one.assessed_days for one in once) / 365
    return Figure(
        cohort, "no assessment in force, but one before or later: alerts", "per 100 years", rate(alerts, years)
    )


def _never_assessed(cohort: str, kind: str, people: Iterable[Scored], goal: str) -> Figure:
    never = [one for one in people if not one.ever_assessed]
    advised = sum(bool(_see_doctor(one.alerts)) for one in never)
    return Figure(cohort, f"never assessed, {kind}: advised within a year", "%", share(advised, len(never)), goal)


def _naive(cohort: str, people: Sequence[Scored], *, goals: bool) -> list[Figure]:
    years = sum(one.assessed_days for one in people) / 365
    ours = sum(alert.assessed for one in people for alert in _see_doctor(one.alerts))
    rules: dict[str, Callable[[Scored], tuple[int, ...]]] = {
        "any night pain": lambda one: one.any_night_pain,
        "any red flag": lambda one: one.any_red_flag,
    }
    found = []
    for name, alerts_of in rules.items():
        alerts = sum(len(alerts_of(one)) for one in people)
        times = Estimate(alerts / ours if ours else None, None, None, alerts)
        found.append(
            Figure(cohort, f"assessed benign pain, naive rule “{name}”: alerts", "per 100 years", rate(alerts, years))
        )
        found.append(Figure(cohort, "  times as many as the rules", "times", times, ">= 12" if goals else ""))
    return found


def _see_doctor(alerts: Iterable[Alert]) -> list[Alert]:
    return [alert for alert in alerts if alert.tier == SEE_DOCTOR]


def _first(alerts: Iterable[Alert], tiers: Iterable[str]) -> Alert | None:
    tiers = set(tiers)
    return min((alert for alert in alerts if alert.tier in tiers), key=lambda alert: alert.found, default=None)
