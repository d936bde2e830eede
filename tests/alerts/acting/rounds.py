"""The rounds that follow while no one acts, and who was told in them."""

from datetime import datetime

from alerts.acting.due_steps import due_steps, take_due_steps
from alerts.models import Alert
from alerts.screening.diary import screen_diary
from tests.alerts.diaries import (
    NOON,
    nights_that_no_tablet_helped,
    write,
)
from tests.cast import Person


def sweep(now: datetime) -> None:
    """What one sweep has done at `now`."""
    for patient_id in set(due_steps(now=now).values_list("patient_id", flat=True)):
        take_due_steps(patient_id=patient_id, now=now)


def told(alert: Alert | None = None) -> list[tuple[str, str]]:
    """Step and name of everyone who was or is to be told, turn by turn."""
    alert = alert or Alert.objects.get()
    return list(alert.deliveries.order_by("turn", "recipient__name").values_list("step", "recipient__name"))


def nights(alice: Person, *, now: datetime = NOON) -> Alert:
    """A see-a-doctor alert, open since `now`."""
    write(alice, *nights_that_no_tablet_helped(until=now.date()), now=now)
    screen_diary(patient_id=alice.patient_id, now=now)
    return Alert.objects.get(rule="night_rest_not_responding")
