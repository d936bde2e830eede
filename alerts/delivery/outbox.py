"""The outbox: a delivery for each person, channel and endpoint, queued in the transaction that raised the alert.

Each telling of an alert is a turn of it, with deliveries of its own; those of one turn to an endpoint are not sent
before the turns before are settled (`alerts.delivery.turns`), so that *withdrawn* never overtakes *raised*. What one
transaction owes to one endpoint is one message, led by the most severe alert.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from alerts.channels import CHANNELS
from alerts.channels.channel import CALLS
from alerts.delivery.held_back import released_at
from alerts.delivery.recipients import Recipient, recipients_of
from alerts.delivery.routes import Route, first_routes
from alerts.delivery.urgency import nudge_delivery
from alerts.locks import hold_alerts, hold_deliveries
from alerts.models import Alert, Delivery
from alerts.models.alert import State
from alerts.models.delivery import DropReason, Step, dropped_for
from alerts.rules.tiers import Tier

MAY_BE_TOLD = Q(state__in=["sent", "sending"]) | Q(unconfirmed=True)
"""Deliveries of which the receiver has heard or may have."""
SENT_WHILE: Final[Mapping[str, frozenset[State]]] = {
    **dict.fromkeys(("raised", "again", "tier_raised", "escalated", "reminder", "taken_back"), frozenset({"open"})),
    **dict.fromkeys(("acknowledged", "question"), frozenset({"acknowledged"})),
    "outcome": frozenset({"closed"}),
    "withdrawn": frozenset({"open", "acknowledged", "closed", "withdrawn"}),
}
"""The states of the alert in which each step is still worth sending."""
DROPPED_AS: Final[Mapping[str, DropReason]] = {
    "open": "alert_open",
    "acknowledged": "alert_acknowledged",
    "closed": "alert_closed",
    "withdrawn": "alert_withdrawn",
}
"""Why a step is dropped that is not worth sending in this state of the alert."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What is to be said about an alert now, and to whom; None is everyone who may hear of it."""

    alert: Alert
    step: str
    to: Sequence[Recipient] | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of an alert, along these routes."""

    alert: Alert
    step: str
    number: int
    routes: Collection[Route]


def owe(*tellings: Telling, now: datetime) -> None:
    """Owe these tellings, each alert's to one person through one channel in one message with the others'.

    What older turns still owe these people is dropped for it. Who was about to hear of a withdrawal that is itself
    withdrawn now need not hear of either. The caller holds the patient's row.
    """
    hold_alerts(telling.alert for telling in tellings)
    insert([_next_turn(telling.alert, telling.step, _routes(telling)) for telling in tellings], now)


def owe_withdrawal(*, alert: Alert, now: datetime) -> None:
    """Owe the correction to everyone who was told or may have been; who was not will never hear of the alert."""
    hold_alerts([alert])
    drop_owed(alert=alert)
    insert([_next_turn(alert, "withdrawn", told_routes(alert))], now)


def owe_to_the_told(*alerts: Alert, step: Step, now: datetime, apart_from: UUID | None = None) -> None:
    """Say what someone did to everyone who was told or may have been, but to that person only on their machines."""
    hold_alerts(alerts)
    turns = []
    for alert in alerts:
        routes = {
            route
            for route in told_routes(alert)
            if route.recipient.user_id != apart_from or not CHANNELS[route.channel].personal
        }
        turns.append(_next_turn(alert, step, routes))
    insert(turns, now)


def owe_outcome(*alerts: Alert, to_patient: bool, now: datetime) -> None:
    """Say what came of it to every machine that was told, so that a pager stops, and perhaps to the patient."""
    hold_alerts(alerts)
    turns = []
    for alert in alerts:
        routes = {route for route in told_routes(alert) if not CHANNELS[route.channel].personal}
        if to_patient:
            routes |= first_routes(alert=alert, recipients=recipients_of(alert.patient_id)[:1])
        turns.append(_next_turn(alert, "outcome", routes))
    insert(turns, now)


def told_routes(alert: Alert) -> set[Route]:
    """The ways on which someone has heard of the alert or may have; who left and came back is told as who came."""
    heard = alert.deliveries.filter(MAY_BE_TOLD).exclude(step="withdrawn").order_by("turn")
    return set({(one.recipient_id, one.channel, one.endpoint): route_of(one) for one in heard}.values())


def drop_owed(*, alert: Alert) -> None:
    """Drop what is not worth sending in the state that the alert is in now. The caller holds the patient's row."""
    over = [step for step, states in SENT_WHILE.items() if alert.state not in states]
    drop(alert.deliveries.filter(state="owed", step__in=over), reason=DROPPED_AS[alert.state])
    alert.deliveries.filter(follow_up_at__isnull=False).update(follow_up_at=None)


def untimely(owed: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Those that are not worth sending in the state that their alert is in."""
    timely = Q()
    for step, states in SENT_WHILE.items():
        timely |= Q(step=step, alert__state__in=states)
    return owed.exclude(timely)


def drop(owed: QuerySet[Delivery], *, reason: DropReason) -> list[Delivery]:
    """Drop what has not been tried and what was refused; gives what was dropped."""
    dropped = hold_deliveries(owed)
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in dropped]).update(**dropped_for(reason))
    return dropped


def insert(turns: Sequence[Turn], now: datetime) -> None:
    """Deliveries of these turns; those due are nudged after the commit, the others found by the sweep.

    One that is there already stays as it is.
    """
    owed = [delivery for turn in _most_severe_first(turns) for delivery in _deliveries(turn, now)]
    _bind(owed)
    Delivery.objects.bulk_create(owed, ignore_conflicts=True)
    nudge_after_commit(delivery for delivery in owed if delivery.next_attempt_at == now)


def nudge_after_commit(deliveries: Iterable[Delivery]) -> None:
    """Nudge after the commit: there is something to send, for any free worker to claim."""
    calls: Counter[UUID] = Counter()
    for delivery in {delivery.message: delivery for delivery in deliveries}.values():
        if CHANNELS[delivery.channel].queue == CALLS:
            calls[delivery.recipient_id] += 1
            if calls[delivery.recipient_id] > settings.OUTBOUND_AT_ONCE["account"]:
                continue  # it is called when one of these is done (`alerts.delivery.next_in_line`)
        transaction.on_commit(partial(nudge_delivery, delivery, just_raised=True))


@transaction.atomic
def look_again_at_held(*, user_id: UUID, now: datetime) -> None:
    """What waits for someone's quiet hours or a snooze is due when their clock now says."""
    waiting = Delivery.objects.filter(recipient_id=user_id, state="owed", attempts=0, held="", next_attempt_at__gt=now)
    held = hold_deliveries(waiting.select_related("alert"))
    for delivery in held:
        released = released_at(alert=delivery.alert, step=delivery.step, user_ids=[user_id], now=now)
        delivery.next_attempt_at = released[user_id]
    Delivery.objects.bulk_update(held, ["next_attempt_at"])
    nudge_after_commit(delivery for delivery in held if delivery.next_attempt_at == now)


def route_of(delivery: Delivery) -> Route:
    """The way a delivery takes."""
    return Route(Recipient(delivery.recipient_id, delivery.caregiver_id), delivery.channel, delivery.endpoint)


def _routes(telling: Telling) -> set[Route]:
    """The first ways to the people of a telling; what is older and still owed to them is dropped for it."""
    alert = telling.alert
    recipients = recipients_of(alert.patient_id) if telling.to is None else telling.to
    owed = alert.deliveries.filter(state="owed", recipient_id__in=[one.user_id for one in recipients])
    dropped = drop(owed, reason="superseded")
    corrected = set(alert.deliveries.filter(MAY_BE_TOLD, step="withdrawn", turn=alert.turn).values_list("recipient"))
    spared = {one.recipient_id for one in dropped if one.step == "withdrawn" and not one.unconfirmed}
    wanted = [one for one in recipients if one.user_id not in spared or (one.user_id,) in corrected]
    return first_routes(alert=alert, recipients=wanted)


def _next_turn(alert: Alert, step: str, routes: Collection[Route]) -> Turn:
    alert.turn += 1
    alert.save(update_fields=["turn"])
    return Turn(alert, step, alert.turn, routes)


def _most_severe_first(turns: Iterable[Turn]) -> list[Turn]:
    return sorted(turns, key=lambda turn: Tier(turn.alert.tier).rank, reverse=True)


def _deliveries(turn: Turn, now: datetime) -> list[Delivery]:
    alert, users = turn.alert, {route.recipient.user_id for route in turn.routes}
    release = released_at(alert=alert, step=turn.step, user_ids=users, now=now)
    return [
        Delivery(
            patient_id=alert.patient_id,
            alert=alert,
            turn=turn.number,
            step=turn.step,
            recipient_id=route.recipient.user_id,
            caregiver_id=route.recipient.caregiver_id,
            channel=route.channel,
            endpoint=route.endpoint,
            created_at=now,
            next_attempt_at=release[route.recipient.user_id],
        )
        for route in turn.routes
    ]


def _bind(owed: Sequence[Delivery]) -> None:
    """Those that go to one endpoint of a person at one time are one message, under the id of the first.

    A machine is sent the id of one alert at a time, and would never learn of the others.
    """
    messages: dict[tuple[object, ...], UUID] = {}
    for delivery in owed:
        alike = (delivery.recipient_id, delivery.channel, delivery.endpoint, delivery.next_attempt_at)
        personal = CHANNELS[delivery.channel].personal
        delivery.message = messages.setdefault(alike, delivery.pk) if personal else delivery.pk
