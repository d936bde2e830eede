"""One alert per episode: opened, given new days, raised to a higher tier, opened again by news, withdrawn.

What the rules found now is laid beside what is kept. The caller holds the patient's row lock, so that screenings and
writes of one diary come one after another.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any
from uuid import UUID

from django.forms.models import model_to_dict

from alerts.delivery.outbox import Telling, owe_withdrawal
from alerts.escalation.start_and_stop import drop_steps, stop_telling, tell
from alerts.models import Alert, Finding
from alerts.models.alert import ASSESSED
from alerts.models.delivery import Step
from alerts.raising.bridging import parted
from alerts.raising.course import Course, highest
from alerts.raising.joining import join
from alerts.raising.matching import matched
from alerts.raising.signs_on_record import adopt_record, danger_news, keep_signs, record_signs, signs_of_alert, withheld
from alerts.raising.states import (
    close_untold,
    closed_on,
    follows_its_findings,
    open_alert,
    step_due,
    withdraw_alert,
)
from alerts.rules.earlier import is_earlier
from alerts.rules.findings import Finding as Found
from alerts.rules.registry import RULES
from alerts.rules.tiers import Tier


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, and where the patient is. `quietly`: danger signs are kept and sent to no one, as in an import.

    `assessed_on` is the day of the latest assessment in the diary, where all of it was screened.
    """

    at: datetime
    zone: tzinfo
    quietly: bool = False
    assessed_on: date | None = None

    @property
    def today(self) -> date:
        """The patient's calendar date."""
        return self.at.astimezone(self.zone).date()


def raise_alerts(
    *, patient_id: UUID, courses: Sequence[Course], moment: Moment, among: Collection[UUID] | None = None
) -> set[UUID]:
    """Keep what was found, and open, extend, raise or withdraw the alerts that follow from it.

    Where only a part of the diary was screened, `among` are the alerts that it is about: the others, and what was found
    for them, are left as they are. Gives the alerts that are told now.

    1. See which kept finding is which of those found now. 2. Keep each finding, under the alert it belongs to.
    3. Withdraw those that no longer hold. 4. Bring each alert up to date and owe what is to be told about it.
    """
    alerts = Alert.objects.filter(patient_id=patient_id)
    findings = Finding.objects.filter(patient_id=patient_id)
    if among is not None:
        alerts, findings = alerts.filter(pk__in=among), findings.filter(alert_id__in=among)
    kept = list(findings)
    if not kept and not courses:
        return set()
    book = _Book(patient_id, moment, kept, alerts)
    matching = matched(found=courses, kept=kept, closed_on=book.closed_on)
    for course, (_, finding) in zip(courses, matching.pairs, strict=True):
        book.keep(course, finding)
    for finding in matching.gone:
        book.let_go(finding)
    return book.settle()


class _Book:
    """The alerts of one diary while they are brought up to date."""

    def __init__(self, patient_id: UUID, moment: Moment, kept: Sequence[Finding], alerts: Iterable[Alert]) -> None:
        self._patient_id = patient_id
        self._moment = moment
        self._alerts = {alert.pk: alert for alert in alerts}
        self._open = {alert.rule: alert for alert in self._alerts.values() if alert.state == "open"}
        self._courses: dict[UUID, list[Course]] = {}
        self._joined: set[UUID] = set()
        self._told: dict[UUID, Telling] = {}
        self._orphaned = {finding.alert_id for finding in kept}
        closed = ((alert, closed_on(alert, zone=moment.zone)) for alert in self._alerts.values())
        self.closed_on = {alert.pk: day for alert, day in closed if day}

    def _sent_as(self, course: Course) -> Tier | None:
        """What to tell it as now. A pattern is no news while all its days were there when a doctor looked at it."""
        if course.finding.tier.is_pressing and self._moment.quietly:
            return None
        if self._is_over(course.finding.tier, course.finding.met_on):
            return None
        if course.finding.tier is Tier.SEE_DOCTOR and course.last_held <= self._looked_at_on(course.finding.rule):
            return None
        return course.sent_as(today=self._moment.today)

    def _is_over(self, tier: Tier, met_on: date) -> bool:
        """Whether it asked for a check-up, and a doctor has looked at the pain since."""
        assessed_on = self._moment.assessed_on
        return tier is Tier.CHECK_UP and assessed_on is not None and assessed_on >= met_on

    def _looked_at_on(self, rule: str) -> date:
        """The last day of which an outcome says that a doctor has looked at what the rule found."""
        looked_at = (alert for alert in self._alerts.values() if alert.rule == rule and alert.outcome in ASSESSED)
        return max((self.closed_on[alert.pk] for alert in looked_at), default=date.min)

    def keep(self, course: Course, kept: Finding | None) -> None:
        """Keep one finding of now, under the alert that it has or gets."""
        found = course.finding
        alert = self._alerts[kept.alert_id] if kept else self._alert_for(course)
        self._courses.setdefault(alert.pk, []).append(course)
        _save_if_changed(
            kept or Finding(patient_id=self._patient_id, alert=alert, found_on=self._moment.today),
            rule=found.rule,
            rule_version=found.version,
            tier=found.tier.value,
            met_on=found.met_on,
            evidence=_evidence(found, found.days),
            withdrawn_at=None,
        )

    def let_go(self, finding: Finding) -> None:
        """Withdraw what no longer holds, as far as the version that found it can still say so."""
        rule, version = RULES.get(finding.rule), finding.rule_version
        if rule is not None and (rule.version == version or is_earlier(rule.id, version)):
            _save_if_changed(finding, withdrawn_at=self._moment.at)
        else:
            self._orphaned.discard(finding.alert_id)

    def settle(self) -> set[UUID]:
        """Bring every alert up to date with its findings, and withdraw those that have none left.

        Gives those that are told now, all of them together.
        """
        orphans = [self._alerts[alert_id] for alert_id in self._orphaned - self._courses.keys()]
        gone = [alert for alert in orphans if not self._is_bridged(alert)]
        self._join_what_is_open()
        for alert_id, courses in self._courses.items():
            self._bring_up_to_date(self._alerts[alert_id], courses)
        for alert in gone:
            self._withdraw(alert)
        tell(*self._told.values(), now=self._moment.at)
        return set(self._told)

    def _alert_for(self, course: Course) -> Alert:
        """The open alert of the rule when the finding is to be told; else a new one, closed until it is told."""
        found, tier = course.finding, self._sent_as(course)
        if tier is not None and found.rule in self._open:
            alert = self._open[found.rule]
            if tier.rank >= Tier.URGENT.rank:
                self._joined.add(alert.pk)
            return alert
        alert = Alert.objects.create(
            patient_id=self._patient_id,
            rule=found.rule,
            rule_version=found.version,
            tier=(tier or course.kept_as(today=self._moment.today)).value,
            state="closed",
            closed_at=self._moment.at,
            met_on=found.met_on,
            found_on=self._moment.today,
            evidence={},
            on_record={},
        )
        self._alerts[alert.pk] = alert
        if tier is not None:
            self._open[found.rule] = alert
        return alert

    def _is_bridged(self, alert: Alert) -> bool:
        """Whether days of its own are part of another alert's episode now: it keeps them, and stands as it is."""
        if alert.state == "withdrawn":
            return False
        signs: dict[str, list[date]] = {}
        for other, courses in self._courses.items():
            if self._alerts[other].rule == alert.rule:
                held, self._courses[other] = parted(signs_of_alert(alert), courses)
                signs |= held
        if signs:
            keep_signs(alert, signs)
        return bool(signs)

    def _join_what_is_open(self) -> None:
        """What is news about an alert goes to another one of its danger rule when that is open, or is to be."""
        for alert_id, courses in list(self._courses.items()):
            alert = self._alerts[alert_id]
            if alert.state == "open" or not courses[0].finding.tier.is_pressing or self._moment.quietly:
                continue
            adopt_record(alert, courses)
            found = danger_news(alert=alert, courses=courses, joined=False, today=self._moment.today)
            opened = self._open.setdefault(alert.rule, alert) if found.tier else alert
            if opened is not alert:
                theirs = self._courses.setdefault(opened.pk, [])
                if theirs:
                    adopt_record(opened, theirs)
                theirs.extend(self._courses.pop(alert_id))
                join(alert, opened, at=self._moment.at)
                stop_telling(alert=alert, now=self._moment.at)
                opened.save()
                self._joined |= {opened.pk} if found.tier and found.tier.is_pressing else set()

    def _bring_up_to_date(self, alert: Alert, courses: Sequence[Course]) -> None:
        before = model_to_dict(alert)
        if courses[0].finding.tier.is_pressing:
            self._bring_danger_up_to_date(alert, courses)
        elif follows_its_findings(alert):
            self._bring_pattern_up_to_date(alert, courses)
        if model_to_dict(alert) != before:
            alert.save()

    def _bring_danger_up_to_date(self, alert: Alert, courses: Sequence[Course]) -> None:
        """A danger sign is told when it is news beside what was on record, whatever became of the alert."""
        adopt_record(alert, courses)
        found = danger_news(alert=alert, courses=courses, joined=alert.pk in self._joined, today=self._moment.today)
        tier = None if self._moment.quietly else found.tier
        if tier or follows_its_findings(alert):
            show_evidence(alert, courses)
        if tier:
            self._open_and_tell(alert, tier, found.step)
        elif alert.state == "withdrawn":
            close_untold(alert, at=self._moment.at)
        elif alert.opened_at is None:
            kept_as = (course.kept_as(today=self._moment.today) for course in courses)
            alert.tier = max(kept_as, key=lambda one: one.rank).value
        kept = alert.opened_at is None and not withheld(courses)
        record_signs(alert, courses, settled=bool(tier) or kept or self._moment.quietly)

    def _bring_pattern_up_to_date(self, alert: Alert, courses: Sequence[Course]) -> None:
        tier = highest(self._sent_as(course) for course in courses)
        show_evidence(alert, courses)
        alone = self._open.setdefault(alert.rule, alert) is alert if tier else True
        step = step_due(alert=alert, tier=tier) if alone else None
        if tier and step:
            self._open_and_tell(alert, tier, step)
        elif alert.state in ("open", "acknowledged") and self._is_over(Tier(alert.tier), courses[0].finding.met_on):
            self._close(alert)
        elif alert.state == "withdrawn" or (alert.tier == Tier.WATCH and alert.state == "open" and not tier):
            close_untold(alert, at=self._moment.at)

    def _open_and_tell(self, alert: Alert, tier: Tier, step: Step) -> None:
        open_alert(alert, tier=tier, at=self._moment.at)
        if tier is not Tier.WATCH:
            self._told[alert.pk] = Telling(alert, step)

    def _close(self, alert: Alert) -> None:
        close_untold(alert, at=self._moment.at)
        alert.save()
        stop_telling(alert=alert, now=self._moment.at)

    def _withdraw(self, alert: Alert) -> None:
        if alert.state == "withdrawn" or not follows_its_findings(alert):
            return
        if alert.tier == Tier.CHECK_UP and self._looked_at_since(alert):
            if alert.state != "closed":
                self._close(alert)
            return
        withdraw_alert(alert, at=self._moment.at)
        alert.save()
        owe_withdrawal(alert=alert, now=self._moment.at)
        drop_steps(alert=alert, now=self._moment.at)

    def _looked_at_since(self, alert: Alert) -> bool:
        """Whether a doctor has looked at the pain after the visit that was too long ago."""
        before, assessed_on = alert.evidence["counts"]["days_since_assessment"]["since"], self._moment.assessed_on
        return assessed_on is not None and assessed_on.isoformat() > before


def show_evidence(alert: Alert, courses: Sequence[Course]) -> None:
    """The days of all its findings; counts and trials as the newest one has them."""
    newest = max(courses, key=lambda course: course.finding.met_on)
    days = sorted({day for course in courses for day in course.days})
    alert.met_on = min(course.finding.met_on for course in courses)
    alert.rule_version = newest.finding.version
    alert.evidence = _evidence(newest.finding, days)


def _evidence(finding: Found, days: Sequence[date]) -> dict[str, object]:
    return {
        "as_of": finding.met_on.isoformat(),
        "days": [day.isoformat() for day in days],
        "counts": finding.counts,
        "trials": list(finding.trials),
    }


def _save_if_changed(finding: Finding, **values: Any) -> None:
    changed = [name for name, value in values.items() if getattr(finding, name) != value]
    if not changed and finding.pk is not None:
        return
    for name in changed:
        setattr(finding, name, values[name])
    finding.save()
