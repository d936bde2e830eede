"""What people do about alerts while the storm rages: take on, note another sign or the same, answer, or forget.

It is remembered what follows from each, so that what was sent can be held against it.
"""

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from alerts.acting.acknowledge import acknowledge
from alerts.acting.outcome import give_outcome, say_not_yet
from alerts.delivery.recipients import recipients_of
from alerts.models import Alert, Delivery
from alerts.rules.tiers import Tier
from diary.models import Patient

OTHER_SIGNS: Final = ("bladder_change", "bowel_change", "both_legs_weak", "unable_to_walk")
"""Each is news once for `cauda_equina`; people write `saddle_numbness` first."""


@dataclass(frozen=True)
class Acknowledged:
    """When an alert was taken on, by whom, and which of its deliveries were being sent at that moment."""

    at: datetime
    second: float
    by: UUID
    in_flight: set[UUID]


@dataclass
class Acting:
    """By alert: who took it on when, how often it must open again, and how often it is asked about."""

    chance: random.Random
    acknowledged: dict[UUID, list[Acknowledged]] = field(default_factory=dict)
    opens_again: Counter[UUID] = field(default_factory=Counter)
    asked: Counter[UUID] = field(default_factory=Counter)

    def take_on(self, alert: Alert) -> None:
        """Someone who hears of it; what is being sent at this moment may still arrive."""
        by = self.chance.choice(recipients_of(alert.patient_id)).user_id
        with transaction.atomic():
            Patient.objects.select_for_update(no_key=True).get(pk=alert.patient_id)  # now is after whatever was owed
            now = timezone.now()
            acknowledge(patient_id=alert.patient_id, alert_id=alert.pk, actor_id=by, now=now)
            sending = alert.deliveries.filter(state="sending").exclude(step="acknowledged")
            in_flight = set(sending.values_list("pk", flat=True))
        done = Acknowledged(now, time.perf_counter(), by, in_flight)
        self.acknowledged.setdefault(alert.pk, []).append(done)

    def another_sign(self, alert: Alert) -> str | None:
        """One that was not noted yet, for an alert that is about such signs; from now on it is open again."""
        noted = len(self.acknowledged[alert.pk]) - 1
        if alert.rule != "cauda_equina" or noted >= len(OTHER_SIGNS):
            return None
        self.opens_again[alert.pk] += 1
        return OTHER_SIGNS[noted]

    def answer(self, alert: Alert, outcome: str) -> None:
        """`seen`, or `not_yet`, which opens it again."""
        by = self.acknowledged[alert.pk][-1].by
        if outcome == "seen":
            give_outcome(
                patient_id=alert.patient_id, alert_id=alert.pk, actor_id=by, outcome="seen", now=timezone.now()
            )
        else:
            self.opens_again[alert.pk] += 1
            say_not_yet(patient_id=alert.patient_id, alert_id=alert.pk, actor_id=by, now=timezone.now())

    def forget(self, alert: Alert) -> None:
        """No one answers: what cannot wait opens again after one question, a visit to book is asked about twice."""
        pressing = Tier(alert.tier).is_pressing
        self.opens_again[alert.pk] += pressing
        self.asked[alert.pk] += 1 if pressing else 2


def turns(step: str) -> Counter[UUID]:
    """How often each alert was told for this reason."""
    told = Delivery.objects.filter(step=step).values_list("alert", "turn").distinct()
    return Counter(alert for alert, _ in told)
