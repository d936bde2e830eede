"""One synthetic person screened: what was found, and what their true state says should have been."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from alerts.cohorts.keeping import Kept
from alerts.cohorts.labels import LatentRules
from alerts.cohorts.latent import FIRST_DATE, LatentPerson
from alerts.cohorts.reporting import report
from alerts.cohorts.scenarios import Scenario, person
from alerts.history import history_of_document
from alerts.rules.days import days_of, night_rest
from alerts.rules.findings import Finding
from alerts.rules.history import Answers, History
from alerts.rules.screening import screen
from alerts.rules.tiers import Tier
from diary.document import parse

FLAGS = ("cough", "breathlessness", "chest_pain", "fatigue", "appetite_loss", "fever")
EPISODE_GAP = 28
QUIET_DAYS = 180
NEAR_SPELL = 7
SENT = frozenset({Tier.SEE_DOCTOR.value, Tier.URGENT.value, Tier.EMERGENCY.value})


@dataclass(frozen=True, slots=True)
class Alert:
    """A finding of the rules: the day it was met on and the day it could be known, with whether it is true."""

    rule: str
    tier: str
    met: int
    found: int
    assessed: bool
    true: bool
    """Whether the true state met the rule within a week of it."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What counts of one person."""

    kind: str
    habit: str
    days_of_use: int
    length: int
    diagnosis: int | None
    assessed_days: int
    ever_assessed: bool
    first_latent: int | None
    alerts: tuple[Alert, ...]
    triggers: dict[int, str]
    any_night_pain: tuple[int, ...]
    """Alerts of the naive rule, assessed time only."""
    any_red_flag: tuple[int, ...]


def scored_person(scenario: Scenario, *, seed: int, number: int) -> Scored:
    """Draw, label, report and screen one person."""
    drawn = person(scenario, seed=seed, number=number)
    document, kept = report(drawn, scenario)
    history = history_of_document(parse(json.dumps(document).encode()))
    latent = LatentRules(drawn).met()
    first = [days[0] for days in latent.values() if days]
    naive_nights = _naive(history, drawn, lambda day: bool(day.night_pain or day.woke_from_sleep))
    naive_flags = _naive(history, drawn, _any_flag)
    return Scored(
        kind=drawn.kind,
        habit=kept.habit,
        days_of_use=kept.days_of_use,
        length=len(drawn.days),
        diagnosis=drawn.diagnosis,
        assessed_days=sum(drawn.assessed_on(day) for day in range(len(drawn.days))),
        ever_assessed=bool(drawn.assessments),
        first_latent=min(first, default=None),
        alerts=tuple(_alert(finding, drawn, kept, latent) for finding in screen(history)),
        triggers=drawn.triggers,
        any_night_pain=naive_nights,
        any_red_flag=naive_flags,
    )


def _alert(finding: Finding, drawn: LatentPerson, kept: Kept, latent: dict[str, list[int]]) -> Alert:
    met = _number(finding.met_on)
    rests_on = [_number(day) for day in finding.days]
    return Alert(
        rule=finding.rule,
        tier=finding.tier.value,
        met=met,
        found=max([met, *(kept.arrivals.get(day, met) for day in rests_on)]),
        assessed=drawn.assessed_on(met),
        true=any(abs(day - met) <= NEAR_SPELL for day in latent.get(finding.rule, ())),
    )


def _naive(history: History, drawn: LatentPerson, flag: Callable[[Answers], bool]) -> tuple[int, ...]:
    """One alert an episode (days at most 28 apart), none within 180 days of the last; in assessed time."""
    days = [day - FIRST_DATE.toordinal() for day, said in days_of(history.entries).items() if flag(said)]
    return tuple(day for day in _episodes(days) if drawn.assessed_on(day))


def _episodes(days: list[int]) -> Iterator[int]:
    last = alerted = -(10**6)
    for day in days:
        if day - last > EPISODE_GAP and day - alerted >= QUIET_DAYS:
            yield day
            alerted = day
        last = day


def _any_flag(day: Answers) -> bool:
    return bool(
        day.night_pain
        or night_rest(day)
        or day.worse_on_deep_breath
        or day.worse_lying_down
        or any(day.symptoms.get(flag) for flag in FLAGS)
    )


def _number(day: date) -> int:
    return day.toordinal() - FIRST_DATE.toordinal()
