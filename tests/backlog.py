"""Many deliveries that are due at once, as after an outage: stored in bulk, as writes would have stored them."""

from collections.abc import Iterable, Mapping
from copy import copy
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from allauth.account.models import EmailAddress

from alerts.models import Alert, Delivery
from alerts.screening.diary import screen_diary
from diary.models import Patient, User
from tests.alerts.diaries import bloody_cough, nights_that_no_tablet_helped, saddle_numbness, write
from tests.cast import Person

SHARES: Final = {"see_doctor": 7, "urgent": 2, "emergency": 1}
"""Of ten. The least urgent has been due longest: by age alone they would go out the wrong way round."""
_AT_ONCE: Final = 5_000


def pile_up(count: int, *, now: datetime) -> dict[str, str]:
    """So many people, each with one mail that is due; gives the tier by address."""
    models = _models(now)
    tiers = [tier for tier, share in SHARES.items() for _ in range(count * share // 10)]
    addresses = {f"patient{number}@example.org": tier for number, tier in enumerate(tiers)}
    everyone = list(addresses.items())
    for start in range(0, count, _AT_ONCE):
        _store(everyone[start : start + _AT_ONCE], models, now)
    return addresses


def _models(now: datetime) -> Mapping[str, Alert]:
    """An alert of each tier, raised by a diary of its own; nothing is to be sent of these."""
    nights, cough, numbness = Person("Nights"), Person("Cough"), Person("Numbness")
    write(nights, *nights_that_no_tablet_helped(until=now.date()), now=now)
    screen_diary(patient_id=nights.patient_id, now=now)
    write(cough, bloody_cough(now.date()), now=now)
    write(numbness, saddle_numbness(now.date()), now=now)
    Delivery.objects.all().delete()
    return {alert.tier: alert for alert in Alert.objects.exclude(tier="watch")}


def _store(people: Iterable[tuple[str, str]], models: Mapping[str, Alert], now: datetime) -> None:
    users, addresses, patients, alerts, deliveries = [], [], [], [], []
    for address, tier in people:
        user = User(email=address, password="!", name="Alice", date_joined=now)
        patient = Patient(user=user, created_at=now)
        alert = copy(models[tier])
        alert.id, alert.patient = uuid4(), patient
        users.append(user)
        addresses.append(EmailAddress(user=user, email=address, primary=True, verified=True))
        patients.append(patient)
        alerts.append(alert)
        deliveries.append(_delivery(alert, user, now - timedelta(hours=SHARES[tier])))
    User.objects.bulk_create(users)
    EmailAddress.objects.bulk_create(addresses)
    Patient.objects.bulk_create(patients)
    Alert.objects.bulk_create(alerts)
    Delivery.objects.bulk_create(deliveries)


def _delivery(alert: Alert, user: User, since: datetime) -> Delivery:
    id_ = uuid4()
    return Delivery(
        id=id_,
        message=id_,
        patient=alert.patient,
        alert=alert,
        turn=alert.turn,
        step="raised",
        recipient=user,
        channel="email",
        created_at=since,
        next_attempt_at=since,
    )
