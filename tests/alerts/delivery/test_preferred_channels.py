"""People are told through the channels that they chose for a tier."""

from django.conf import settings

from alerts.channels import CHANNELS
from alerts.models import Alert, Delivery
from alerts.screening.diary import screen_diary
from tests.alerts.diaries import NOON, nights_that_no_tablet_helped, saddle_numbness, write
from tests.cast import Person


def test_what_people_may_choose_is_what_there_is() -> None:
    assert list(CHANNELS) == settings.ALERT_CHANNELS


def test_who_switched_a_tier_off_is_not_mailed_and_others_are(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "alerts")
    alice.patch("preferences", {"channels": {"see_doctor": []}})
    write(alice, *nights_that_no_tablet_helped())
    screen_diary(patient_id=alice.patient_id, now=NOON)
    alert = Alert.objects.get(rule="night_rest_not_responding")
    assert [delivery.recipient_id for delivery in alert.deliveries.all()] == [bob.id]


def test_an_emergency_is_told_whatever_else_is_off(alice: Person) -> None:
    alice.patch("preferences", {"channels": {"see_doctor": [], "watch": []}})
    write(alice, saddle_numbness())
    assert Delivery.objects.get(alert__rule="cauda_equina").recipient_id == alice.id
