"""An alert as someone may see it: in words for that reader, and with its evidence only for those who see the diary."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import translation
from msgspec import convert

from alerts.delivery.snooze import snoozed_until
from alerts.escalation.plan import ME
from alerts.messages.countries import Place
from alerts.messages.evidence import Evidence
from alerts.messages.explanation import explained
from alerts.messages.wording import alert_wording, is_late
from alerts.models import Alert, Delivery, EscalationStep, Response
from alerts.responses import note_of
from alerts.rules.tiers import Tier
from alerts.showing.shapes import (
    ShownAlert,
    ShownDelivery,
    ShownEvidence,
    ShownPerson,
    ShownResponse,
    ShownStep,
)
from alerts.whereabouts import whereabouts
from diary.models import Caregiver, Patient, User
from diary.reaching.languages import language_of


@dataclass(frozen=True, slots=True)
class _Course:
    """What became of one alert: what was sent, what is planned, and until when the reader snoozes it."""

    deliveries: list[ShownDelivery]
    steps: list[ShownStep]
    responses: list[ShownResponse]
    snoozed_until: datetime | None

    @property
    def next_step_at(self) -> datetime | None:
        return next((step.due_at for step in self.steps if step.taken_at is None and step.dropped_at is None), None)


def presented(
    alerts: Sequence[Alert], *, patient: Patient, reader_id: UUID, level: str, now: datetime
) -> list[ShownAlert]:
    """The alerts of one diary, for a reader whose way into it has the level (`own` for the patient)."""
    deliveries, steps, responses = _deliveries(alerts, reader_id), _steps(alerts, patient), _responses(alerts)
    snoozes = snoozed_until(alerts, user_id=reader_id, now=now)
    whose = None if level == "own" else patient.user.get_full_name()
    where = whereabouts(patient, days={alert.last_day for alert in alerts})
    with translation.override(language_of(user_id=reader_id)):
        return [
            _alert(
                alert,
                _Course(deliveries[alert.pk], steps[alert.pk], responses[alert.pk], snoozes.get(alert.pk)),
                where.place(day=alert.last_day),
                whose,
                level,
            )
            for alert in alerts
        ]


def _deliveries(alerts: Sequence[Alert], reader_id: UUID) -> dict[UUID, list[ShownDelivery]]:
    deliveries: dict[UUID, list[ShownDelivery]] = {alert.pk: [] for alert in alerts}
    told = Delivery.objects.filter(alert__in=deliveries).select_related("recipient")
    for delivery in told.order_by("turn", "created_at", "pk"):
        deliveries[delivery.alert_id].append(_delivery(delivery, reader_id))
    return deliveries


def _responses(alerts: Sequence[Alert]) -> dict[UUID, list[ShownResponse]]:
    responses: dict[UUID, list[ShownResponse]] = {alert.pk: [] for alert in alerts}
    for one in Response.objects.filter(alert__in=responses).select_related("user").order_by("at", "pk"):
        responses[one.alert_id].append(ShownResponse(_person(one.user), one.word, one.at, note_of(one)))
    return responses


def _read_by(alert: Alert, responses: Sequence[ShownResponse]) -> list[UUID]:
    if alert.opened_at is None:
        return []
    since = [one for one in responses if one.did == "read" and one.who and one.at >= alert.opened_at]
    return list(dict.fromkeys(one.who.id for one in since if one.who))


def _steps(alerts: Sequence[Alert], patient: Patient) -> dict[UUID, list[ShownStep]]:
    steps: dict[UUID, list[ShownStep]] = {alert.pk: [] for alert in alerts}
    planned = list(EscalationStep.objects.filter(alert__in=steps).order_by("place"))
    circle = Caregiver.objects.filter(patient=patient, user__isnull=False).select_related("user") if planned else []
    people = {ME: _person(patient.user), **{str(place.pk): _person(place.user) for place in circle}}
    for step in planned:
        to = None if step.to is None else [person for name in step.to if (person := people.get(name))]
        steps[step.alert_id].append(ShownStep(step.step, step.due_at, to, step.taken_at, step.dropped_at))
    return steps


def evidence_of(alert: Alert) -> Evidence:
    """What the alert is based on, for its words (`alerts.messages`)."""
    shown = _evidence(alert)
    return Evidence(
        rule=alert.rule,
        as_of=shown.as_of,
        days=shown.days,
        counts=shown.counts,
        trials=shown.trials,
        late=is_late(alert.rule, Tier(alert.tier)),
    )


def _alert(alert: Alert, course: _Course, place: Place, whose: str | None, level: str) -> ShownAlert:
    said = alert_wording(rule=alert.rule, tier=Tier(alert.tier), last_day=alert.last_day, place=place, whose=whose)
    evidence = _evidence(alert) if level != "alerts" else None
    return ShownAlert(
        id=alert.pk,
        rule=alert.rule,
        rule_version=alert.rule_version,
        tier=alert.tier,
        state=alert.state,
        met_on=alert.met_on,
        found_on=alert.found_on,
        title=said.title,
        noted=said.noted,
        advice=said.advice,
        call=said.call,
        evidence=evidence,
        explained=None if evidence is None else explained(evidence_of(alert), whose=whose),
        acknowledged_by=_person(alert.acknowledged_by),
        acknowledged_at=alert.acknowledged_at,
        outcome=alert.outcome,
        outcome_by=_person(alert.outcome_by),
        closed_at=alert.closed_at,
        snoozed_until=course.snoozed_until,
        next_step_at=course.next_step_at,
        if_real=said.if_real,
        responses=course.responses,
        read_by=_read_by(alert, course.responses),
        escalation=course.steps,
        deliveries=course.deliveries,
    )


def _evidence(alert: Alert) -> ShownEvidence:
    """As stored; what was stored before it said as of when was counted on the day the rule was met."""
    return convert({"as_of": alert.met_on.isoformat(), **alert.evidence}, ShownEvidence)


def _delivery(delivery: Delivery, reader_id: UUID) -> ShownDelivery:
    return ShownDelivery(
        id=delivery.pk,
        recipient=ShownPerson(delivery.recipient_id, delivery.recipient.name or None),
        channel=delivery.channel,
        endpoint=delivery.endpoint if delivery.recipient_id == reader_id else None,
        step=delivery.step,
        state=delivery.state,
        attempts=delivery.attempts,
        next_attempt_at=delivery.next_attempt_at if delivery.state == "owed" else None,
        last_error=delivery.last_error,
        drop_reason=delivery.drop_reason,
        sent_at=delivery.sent_at,
        delivered_at=delivery.delivered_at,
        opened_at=delivery.opened_at,
    )


def _person(user: User | None) -> ShownPerson | None:
    return None if user is None else ShownPerson(user.pk, user.name or None)
