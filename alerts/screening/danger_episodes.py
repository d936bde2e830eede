"""Screening a few episodes of danger signs, not the whole diary: a write must not cost more in a longer diary.

Danger rules look at a day and a fortnight before it, and days at most a fortnight apart are one episode (`GAP`). So the
episodes around some days, each of them whole, with the alerts that are about any of their days, can be laid beside what
is kept just as the whole diary is, and give the same. Patterns and all other episodes are left to the background.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from alerts.histories.of_diary import Period
from alerts.histories.window import merged_spans, spans_around, window_of
from alerts.models import Alert, Finding
from alerts.raising.course import courses
from alerts.raising.findings_to_alerts import raise_alerts
from alerts.raising.moment import Moment
from alerts.raising.signs_on_record import signs_of_alert
from alerts.rules.case import Case
from alerts.rules.episodes import GAP
from alerts.rules.history import Event
from alerts.rules.registry import RULES
from alerts.rules.rule import Rule
from alerts.rules.screening import held_within, screening_of
from alerts.rules.tiers import Tier
from alerts.screening.contributions import BEFORE
from diary.models import Event as StoredEvent
from diary.models import Patient
from diary.reaching.local_time import zone_of

LOOKS: Final = (timedelta(days=28), timedelta(days=182))
"""So far around the days in question an episode is looked for; where its ends are not in sight then, everywhere."""
APART: Final = timedelta(days=max(GAP[Tier.EMERGENCY], GAP[Tier.URGENT]))
"""Days further apart are two episodes, and findings further apart are two (`alerts.raising.matching`)."""
EVER: Final = Period(date(1900, 1, 1), date(2999, 12, 31))
"""No diary has other days."""


@dataclass(frozen=True, slots=True)
class _Episodes:
    """Whole episodes: what the diary holds around them, the days on which each rule holds, the alerts about them."""

    case: Case
    held: Mapping[Rule, Sequence[int]]
    alerts: set[UUID]


def screen_episodes(
    *, patient: Patient, rules: Collection[str], days: Iterable[date], now: datetime, quietly: bool
) -> set[UUID]:
    """Bring findings and alerts of these danger rules in line with the diary, as far as they are about these days.

    Gives the alerts that are sent now. `quietly`: they are kept and sent to no one. The caller holds the patient's row.
    """
    moment = Moment(at=now, zone=zone_of(user_id=patient.user_id), quietly=quietly)
    episodes = _episodes(patient.pk, [RULES[rule] for rule in sorted(rules)], days, moment.today)
    found = courses(case=episodes.case, screening=screening_of(episodes.case, episodes.held), today=moment.today)
    episodes.case.forget()
    return raise_alerts(patient_id=patient.pk, courses=found, moment=moment, among=episodes.alerts)


def _episodes(patient_id: UUID, rules: Sequence[Rule], days: Iterable[date], today: date) -> _Episodes:
    """The episodes of the days, and of every alert that may have to do with them."""
    known, open_ones = _known(patient_id, rules)
    assessed = _last_assessment(patient_id, today)
    wanted = {*days}.union(*(known[alert] for alert in open_ones))
    for around in LOOKS:
        judged = spans_around(wanted, before=around, after=around)
        episodes, whole = _look(patient_id, rules, wanted, judged, known, assessed)
        if _in_sight(whole, judged):
            return replace(episodes, alerts=episodes.alerts | open_ones)
        wanted = whole
    episodes, _ = _look(patient_id, rules, wanted, [EVER], known, assessed)
    return replace(episodes, alerts=episodes.alerts | open_ones)


def _look(
    patient_id: UUID,
    rules: Sequence[Rule],
    wanted: Collection[date],
    judged: Sequence[Period],
    known: Mapping[UUID, Collection[date]],
    assessed: tuple[Event, ...],
) -> tuple[_Episodes, set[date]]:
    """The episodes of the days as far as they lie in the spans that are judged, and all their days."""
    case = _case(patient_id, judged, assessed)
    held = held_within(case, rules=rules, spans=[(span.first, span.last) for span in judged])
    whole, alerts = _grown(wanted, {date.fromordinal(day) for each in held.values() for day in each}, known)
    numbers = {day.toordinal() for day in whole}
    kept = {rule: [day for day in each if day in numbers] for rule, each in held.items()}
    return _Episodes(case, kept, alerts), whole


def _known(patient_id: UUID, rules: Iterable[Rule]) -> tuple[Mapping[UUID, set[date]], set[UUID]]:
    """The days that each alert of the rules is about, and the alerts that are open: what is found may come to them."""
    alerts = list(Alert.objects.filter(patient_id=patient_id, rule__in=[rule.id for rule in rules]))
    known = {alert.pk: {day for days in signs_of_alert(alert).values() for day in days} for alert in alerts}
    kept = Finding.objects.filter(patient_id=patient_id, alert_id__in=known)
    for alert_id, met_on in kept.values_list("alert_id", "met_on"):
        known[alert_id].add(met_on)
    return known, {alert.pk for alert in alerts if alert.state == "open"}


def _last_assessment(patient_id: UUID, today: date) -> tuple[Event, ...]:
    """The newest visit that counts as one (`alerts.rules.assessments`): since when signs may be news."""
    visits = StoredEvent.objects.filter(patient_id=patient_id, deleted=False, kind="doctor_visit", date__lte=today)
    last = visits.filter(~Q(about_this_pain=False) | Q(about_this_pain=None)).order_by("-date").first()
    return (Event(id=str(last.id), kind="doctor_visit", date=last.date),) if last and last.date else ()


def _case(patient_id: UUID, judged: Iterable[Period], assessed: tuple[Event, ...]) -> Case:
    """What the diary holds about these spans, and what is needed to judge all of it."""
    spans = [Period(span.first - BEFORE, span.last) for span in judged]
    history = window_of(patient_id=patient_id, spans=merged_spans(spans))().history()
    known = {event.id for event in history.events}
    return Case(replace(history, events=(*history.events, *(one for one in assessed if one.id not in known))))


def _grown(
    wanted: Collection[date], held: Collection[date], known: Mapping[UUID, Collection[date]]
) -> tuple[set[date], set[UUID]]:
    """The days with all that are one episode with them, by what holds or by what is kept; and the alerts about them."""
    whole, alerts = set(wanted), set[UUID]()
    while True:
        clusters = _clusters({*whole, *held}.union(*known.values()))
        grown = {day for cluster in clusters if not whole.isdisjoint(cluster) for day in cluster}
        alerts = {alert for alert, days in known.items() if not grown.isdisjoint(days)}
        grown = grown.union(*(known[alert] for alert in alerts))
        if grown == whole:
            return whole, alerts
        whole = grown


def _clusters(days: Iterable[date]) -> Iterator[list[date]]:
    """The days in order of time, parted where they are too far apart for one episode."""
    cluster: list[date] = []
    for day in sorted(days):
        if cluster and day - cluster[-1] > APART:
            yield cluster
            cluster = []
        cluster.append(day)
    yield cluster


def _in_sight(days: Iterable[date], judged: Sequence[Period]) -> bool:
    """Whether all was judged around each of the days that could be one episode with it."""
    firsts = [span.first for span in judged]
    for day in days:
        span = judged[bisect_right(firsts, day) - 1]
        if not (span.first <= day - APART and day + APART <= span.last):
            return False
    return True
