"""One synthetic person screened: what was found, and what their true state says should have been."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from alerts.histories.of_diary import history_of_document
from alerts.rules.days import days_of, night_rest
from alerts.rules.findings import Finding
from alerts.rules.history import Answers, History
from alerts.rules.registry import RULES
from alerts.rules.rule import Rule
from alerts.rules.screening import screen
from diary.format.document import parse
from evaluation.cohorts.keeping import Kept
from evaluation.cohorts.labels import LatentRules
from evaluation.cohorts.latent import FIRST_DATE, LatentPerson, Standing
from evaluation.cohorts.reporting import report
from evaluation.cohorts.scenarios import Scenario

FLAGS = ("cough", "breathlessness", "chest_pain", "fatigue", "appetite_loss", "fever")
EPISODE_GAP = 28
QUIET_DAYS = 180
NEAR_SPELL = 7


@dataclass(frozen=True, slots=True)
class Alert:
    """A finding of the rules: the day it was met on and the day it could be known, with whether it is true."""

    rule: str
    tier: str
    met: int
    found: int
    standing: Standing
    true: bool
    """Whether the true state met the rule within a week of it."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What counts of one person."""

    kind: str
    habit: str
    days_of_use: int
    first: int
    last: int
    """The first and the last day with an entry."""
    diagnosis: int | None
    standings: Mapping[Standing, int]
    """Days of each standing between the first and the last entry."""
    never_assessed: bool
    first_latent: Mapping[str, int]
    """The first day on which the true state meets each see-a-doctor rule that it ever meets."""
    first_while_writing: int | None
    """The first day between the first and the last entry on which it meets any."""
    alerts: tuple[Alert, ...]
    triggers: Mapping[int, str]
    naive: Mapping[str, int]
    """Alerts of each naive rule while assessed."""

    @property
    def length(self) -> int:
        """Days from the first to the last entry."""
        return sum(self.standings.values())


@dataclass(frozen=True, slots=True)
class Labelled:
    """A synthetic person with the labels of their true state."""

    person: LatentPerson
    latent: Mapping[str, list[int]]
    check_up: list[int]
    """The days on which nothing but an old visit stands between a pattern and an alarm."""


def labelled(person: LatentPerson) -> Labelled:
    """The person with their labels."""
    rules = LatentRules(person)
    latent = rules.met()
    return Labelled(person, latent, rules.old_and_still_there(latent))


def scored(drawn: Labelled, scenario: Scenario, rules: Mapping[str, Rule] = RULES) -> Scored:
    """Report and screen one person: with the active rules, or with others in their place."""
    person = drawn.person
    document, kept = report(person, scenario)
    history = history_of_document(parse(json.dumps(document).encode()))
    standings = person.standings()
    assessed = [standing == "assessed" for standing in standings]
    writing = range(kept.first, kept.last + 1)
    return Scored(
        kind=person.kind,
        habit=kept.habit,
        days_of_use=kept.days_of_use,
        first=kept.first,
        last=kept.last,
        diagnosis=person.diagnosis,
        standings=Counter(standings[day] for day in writing),
        never_assessed=not person.assessments,
        first_latent={rule: days[0] for rule, days in drawn.latent.items() if days},
        first_while_writing=min(
            (day for days in drawn.latent.values() for day in days if day in writing), default=None
        ),
        alerts=tuple(_alert(finding, drawn, kept, standings) for finding in screen(history, rules=rules)),
        triggers=person.triggers,
        naive={name: sum(assessed[day] for day in _naive(history, flag)) for name, flag in NAIVE.items()},
    )


def _alert(finding: Finding, drawn: Labelled, kept: Kept, standings: list[Standing]) -> Alert:
    met = _number(finding.met_on)
    rests_on = [_number(day) for day in finding.days]
    return Alert(
        rule=finding.rule,
        tier=finding.tier.value,
        met=met,
        found=max([met, *(kept.arrivals.get(day, met) for day in rests_on)]),
        standing=standings[met],
        true=any(abs(day - met) <= NEAR_SPELL for day in _true_days(drawn, finding.rule)),
    )


def _true_days(drawn: Labelled, rule: str) -> list[int]:
    return drawn.check_up if rule == "check_up_due" else drawn.latent.get(rule, [])


def _naive(history: History, flag: Callable[[Answers], bool]) -> Iterator[int]:
    days = (day - FIRST_DATE.toordinal() for day, said in days_of(history.entries).items() if flag(said))
    return _episodes(days)


def _episodes(days: Iterable[int]) -> Iterator[int]:
    """One alert an episode (days at most 28 apart), none within 180 days of the last."""
    last = alerted = -(10**6)
    for day in days:
        if day - last > EPISODE_GAP and day - alerted >= QUIET_DAYS:
            yield day
            alerted = day
        last = day


def _any_night_pain(day: Answers) -> bool:
    return bool(day.night_pain or day.woke_from_sleep)


def _any_flag(day: Answers) -> bool:
    return bool(
        day.night_pain
        or night_rest(day)
        or day.worse_on_deep_breath
        or day.worse_lying_down
        or any(day.symptoms.get(flag) for flag in FLAGS)
    )


NAIVE: Mapping[str, Callable[[Answers], bool]] = {"any night pain": _any_night_pain, "any red flag": _any_flag}


def _number(day: date) -> int:
    return day.toordinal() - FIRST_DATE.toordinal()
