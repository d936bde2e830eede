"""Mails that someone stopped are listed in their preferences, and come again from there."""

from datetime import timedelta
from typing import Any

import pytest

from alerts.delivery.outbox import Telling, owe
from alerts.delivery.unsubscribe import resubscribe, unsubscribe
from alerts.models import Alert, Unsubscription
from alerts.rules.tiers import Tier
from alerts.screening.diary import screen_diary
from diary.account.erase import erase
from diary.models import Caregiver
from tests.alerts.diaries import NOON, nights_that_no_tablet_helped, write
from tests.cast import Person


@pytest.fixture
def dana(db: None) -> Person:
    return Person("Dana")


def advice_to_bob(patient: Person, bob: Person) -> Alert:
    """An alert that can wait, of which Bob is told."""
    bob.cares_for(patient, "read")
    write(patient, *nights_that_no_tablet_helped())
    screen_diary(patient_id=patient.patient_id, now=NOON)
    return Alert.objects.get(patient=patient.patient_id, rule="night_rest_not_responding")


def stop(alert: Alert, person: Person, *, minutes: int = 0) -> None:
    """Click on the link in the newest mail."""
    mail = alert.deliveries.filter(recipient=person.user, channel="email").latest("turn")
    unsubscribe(delivery_id=mail.pk, tier=Tier.SEE_DOCTOR, now=NOON + timedelta(minutes=minutes))


def take_back(alert: Alert, person: Person) -> None:
    mail = alert.deliveries.filter(recipient=person.user, channel="email").latest("turn")
    resubscribe(delivery_id=mail.pk, tier=Tier.SEE_DOCTOR)


def listed(person: Person) -> Any:
    return person.get("preferences").body["unsubscribed"]


def stopped(patient: Person) -> dict[str, str]:
    return {"patient": str(patient.patient_id), "tier": "see_doctor"}


def test_what_somebody_stopped_is_listed_the_newest_first_and_for_nobody_else(
    alice: Person, bob: Person, dana: Person
) -> None:
    stop(advice_to_bob(alice, bob), bob)
    stop(advice_to_bob(dana, bob), bob, minutes=5)
    assert listed(bob) == [stopped(dana), stopped(alice)]
    assert listed(alice) == listed(dana) == []


def test_every_click_is_a_new_version_and_a_second_one_is_not(alice: Person, bob: Person) -> None:
    alert = advice_to_bob(alice, bob)
    for click, version in ((stop, 2), (stop, 2), (take_back, 3), (take_back, 3), (stop, 4)):
        click(alert, bob)
        answer = bob.get("preferences")
        assert (answer.body["version"], answer.headers["ETag"]) == (version, f'"{version}"')


def test_a_click_changes_nothing_else_in_the_preferences(alice: Person, bob: Person) -> None:
    bob.patch("preferences", {"channels": {"watch": []}, "quiet_hours": {"start": "22:00", "end": "07:00"}})
    before = bob.get("preferences").body
    stop(advice_to_bob(alice, bob), bob)
    assert bob.get("preferences").body == before | {"unsubscribed": [stopped(alice)], "version": 3}


def test_emptying_it_brings_the_mails_back_from_the_next_one_on(alice: Person, bob: Person) -> None:
    alert = advice_to_bob(alice, bob)
    stop(alert, bob)
    answer = bob.patch("preferences", {"unsubscribed": []}, If_Match='"2"')
    assert (answer.status, answer.body["unsubscribed"], answer.body["version"]) == (200, [], 3)
    assert answer.body == bob.get("preferences").body
    alert.refresh_from_db()
    owe(Telling(alert, "reminder"), now=NOON)
    assert alert.deliveries.get(recipient=bob.user, turn=2).state == "owed"


def test_it_may_be_shortened_to_some_and_sent_back_as_it_is(alice: Person, bob: Person, dana: Person) -> None:
    stop(advice_to_bob(alice, bob), bob)
    stop(advice_to_bob(dana, bob), bob, minutes=5)
    assert bob.patch("preferences", {"unsubscribed": listed(bob)}).body["version"] == 3
    assert bob.patch("preferences", {"unsubscribed": [stopped(alice)]}).body["unsubscribed"] == [stopped(alice)]
    assert Unsubscription.objects.get().patient_id == alice.patient_id


def test_nothing_can_be_added_to_it(alice: Person, bob: Person, dana: Person) -> None:
    stop(advice_to_bob(alice, bob), bob)
    answer = bob.patch("preferences", {"unsubscribed": [stopped(alice), stopped(dana)], "language": "fr"})
    assert (answer.status, answer.pointers) == (400, {"/unsubscribed/1"})
    preferences = bob.get("preferences").body
    assert (preferences["unsubscribed"], preferences["language"]) == ([stopped(alice)], None)


def test_an_app_that_has_not_seen_the_click_overwrites_nothing(alice: Person, bob: Person) -> None:
    alert = advice_to_bob(alice, bob)
    stop(alert, bob)
    answer = bob.patch("preferences", {"unsubscribed": []}, If_Match='"1"')
    assert (answer.status, answer.body["current"]["unsubscribed"]) == (412, [stopped(alice)])
    take_back(alert, bob)
    answer = bob.patch("preferences", {"unsubscribed": [stopped(alice)]}, If_Match='"2"')
    assert (answer.status, answer.body["current"]["unsubscribed"]) == (412, [])


def test_other_changes_leave_it_alone(alice: Person, bob: Person) -> None:
    stop(advice_to_bob(alice, bob), bob)
    assert bob.patch("preferences", {"language": "de"}).body["unsubscribed"] == [stopped(alice)]


def test_who_lost_consent_can_still_see_and_undo_it_and_reads_no_name(alice: Person, bob: Person) -> None:
    stop(advice_to_bob(alice, bob), bob)
    Caregiver.objects.update(state="ended", ended_at=NOON)
    assert listed(bob) == [stopped(alice)]
    assert bob.patch("preferences", {"unsubscribed": []}).body["unsubscribed"] == []


def test_an_erased_diary_leaves_the_list_under_a_new_version(alice: Person, bob: Person) -> None:
    stop(advice_to_bob(alice, bob), bob)
    erase(user_id=alice.id, now=NOON)
    preferences = bob.get("preferences").body
    assert (preferences["unsubscribed"], preferences["version"]) == ([], 3)
