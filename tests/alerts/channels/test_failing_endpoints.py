"""An endpoint that fails is noted, its owner told through others, and others are used beside it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from alerts import channels
from alerts.channels import ChannelError
from alerts.models import Delivery
from alerts.screening.diary import screen_diary
from diary.models import FailingEndpoint, Notice
from diary.reaching.endpoints import note_failing
from tests.alerts.channels.conftest import Receivers
from tests.alerts.channels.google_double import refused, taken
from tests.alerts.channels.sending import alarm
from tests.alerts.delivery.sweep import deliver_all
from tests.alerts.diaries import NOON, nights_that_no_tablet_helped, write
from tests.alerts.pagers import Pager
from tests.cast import Person
from tests.web_receiver import reply

pytestmark = pytest.mark.django_db


@pytest.fixture
def pager(alice: Person, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Pager:
    """The first channel of Alice, before email."""
    pager = Pager()
    pager.pagers[alice.id] = ["red"]
    known: Any = channels.CHANNELS
    monkeypatch.setitem(known, "pager", pager)
    settings.ALERT_CHANNELS = ["pager", "email"]
    return pager


def told(person: Person) -> dict[str, str]:
    """The channels of an alert that can wait, found now."""
    write(person, *nights_that_no_tablet_helped())
    screen_diary(patient_id=person.patient_id, now=NOON)
    return dict(Delivery.objects.values_list("channel", "state"))


def states(person: Person) -> dict[str, str]:
    return {one["channel"]: one["state"] for one in person.get("account/endpoints").body["items"]}


def test_a_dead_token_is_told_through_the_other_ways(alice: Person, receivers: Receivers) -> None:
    receivers.google.fcm.script = [refused(404, "NOT_FOUND", error_code="UNREGISTERED")]

    alarm(alice, "push")

    assert states(alice) == {"email": "works", "push": "dead", "sms": "works", "web_push": "works"}
    assert FailingEndpoint.objects.get().reason == "gone"
    assert set(Notice.objects.filter(kind="endpoint_failing").values_list("channel", flat=True)) == {
        "email",
        "web_push",
    }


def test_an_expired_subscription_is_dead(alice: Person, receivers: Receivers) -> None:
    receivers.push_service.script = [reply(410)]

    alarm(alice, "web_push")

    assert states(alice)["web_push"] == "dead"


def test_a_phone_that_is_stored_anew_works(alice: Person, receivers: Receivers) -> None:
    receivers.google.fcm.script = [refused(404, "NOT_FOUND", error_code="UNREGISTERED"), taken()]
    alarm(alice, "push")
    id_ = FailingEndpoint.objects.get().endpoint

    alice.put(f"devices/{id_}", {"id": id_, "platform": "ios", "push_token": "registration-token"}, If_Match="*")

    assert states(alice)["push"] == "works"


def test_a_deleted_phone_is_forgotten(alice: Person, receivers: Receivers) -> None:
    receivers.google.fcm.script = [refused(404, "NOT_FOUND", error_code="UNREGISTERED")]
    alarm(alice, "push")

    alice.delete(f"devices/{FailingEndpoint.objects.get().endpoint}")

    assert "push" not in states(alice)
    assert not FailingEndpoint.objects.exists()


def test_a_refused_number_fails_and_one_that_is_taken_works_again(alice: Person, receivers: Receivers) -> None:
    receivers.twilio.script = [reply(400, b'{"code": 21610}'), reply(201, b'{"sid": "SM1"}')]
    alarm(alice, "sms")
    assert states(alice)["sms"] == "failing"

    alice.put("patients/me/entries/0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0c00", another_emergency())
    deliver_all(timezone.now())

    assert states(alice)["sms"] == "works"


def another_emergency() -> dict[str, object]:
    today = timezone.now().date().isoformat()
    return {
        "id": "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0c00",
        "date": today,
        "recorded_at": f"{today}T00:00:00Z",
        "time_zone": "UTC",
        "symptoms": {"sudden_breathlessness": True, "collapse": True},
    }


def test_what_is_never_taken_fails_since_then(alice: Person, pager: Pager) -> None:
    pager.refuses["red"] = ChannelError("out of range")
    told(alice)
    for minutes in (0, 2):
        assert states(alice)["pager"] == "works"
        deliver_all(NOON + timedelta(minutes=minutes))

    (shown,) = (one for one in alice.get("account/endpoints").body["items"] if one["channel"] == "pager")
    assert (shown["state"], shown["reason"]) == ("failing", "not_taken")
    assert shown["since"].startswith((NOON + timedelta(minutes=2)).isoformat()[:16])


def test_beside_an_endpoint_that_fails_the_next_channel_is_used_too(alice: Person, pager: Pager) -> None:
    fails(alice, dead=False)

    assert told(alice) == {"pager": "owed", "email": "owed"}


def test_an_endpoint_that_is_dead_is_passed_over(alice: Person, pager: Pager) -> None:
    fails(alice, dead=True)

    assert told(alice) == {"email": "owed"}


def test_who_chose_a_channel_that_no_longer_reaches_them_hears_by_mail(alice: Person, pager: Pager) -> None:
    alice.patch("preferences", {"channels": {"see_doctor": ["pager"]}})
    pager.pagers.clear()

    assert told(alice) == {"email": "owed"}


def test_a_channel_that_was_the_only_one_chosen_is_followed_by_mail_when_it_fails(alice: Person, pager: Pager) -> None:
    alice.patch("preferences", {"channels": {"see_doctor": ["pager"]}})
    pager.refuses["red"] = ChannelError("unregistered", gone=True)
    told(alice)

    deliver_all()

    assert dict(Delivery.objects.values_list("channel", "state")) == {"pager": "failed", "email": "owed"}


def test_where_only_sms_is_left_that_tells_of_it(alice: Person, receivers: Receivers) -> None:
    receivers.mailbox.before_answer = lambda _: "550 no such user"
    alice.delete(f"devices/{device_ids(alice)[0]}")
    alice.delete(f"devices/{device_ids(alice)[0]}")
    Notice.objects.all().delete()

    alarm(alice, "email")

    assert list(Notice.objects.values_list("channel", "kind")) == [("sms", "endpoint_failing")]


def device_ids(person: Person) -> list[str]:
    return [one["id"] for one in person.get("devices").body["items"]]


def fails(person: Person, *, dead: bool) -> None:
    note_failing(
        user_id=person.id,
        channel="pager",
        endpoint="red",
        address="address of red",
        reason="refused",
        dead=dead,
        now=NOON,
    )
