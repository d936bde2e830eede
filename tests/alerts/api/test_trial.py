"""A test message shows what reaches someone: accepted, arrived, opened. It is clearly a test, not about health."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.utils import timezone
from pytest_django import Settings

from alerts.channels import CHANNELS
from alerts.courtesy.send import send_courtesies
from alerts.courtesy.trial import TESTABLE
from alerts.models import Alert, Courtesy, Delivery
from tests.cast import Person
from tests.receiver import MailReceiver
from tests.web.links.conftest import Page, path_of

pytestmark = pytest.mark.django_db
TEST = "preferences/test"


def test_it_goes_through_all_that_reach_the_person_and_shows_how_far_it_came(
    alice: Person, mailbox: MailReceiver
) -> None:
    answer = alice.post(TEST, {})
    assert answer.status == 202
    (way,) = answer.body["items"]
    assert (way["channel"], way["state"], way["accepted_at"]) == ("email", "waiting", None)
    send_courtesies(now=timezone.now())
    (way,) = alice.get(TEST).body["items"]
    assert (way["state"], way["arrived_at"]) == ("accepted", None)
    assert len(mailbox.sent_to(alice.email)) == 1

    receipt = f"{TEST}/{way['delivery']}/receipt"
    assert alice.post(receipt, {"status": "delivered"}).status == 204
    assert alice.get(TEST).body["items"][0]["state"] == "arrived"
    assert alice.post(receipt, {"status": "opened"}).status == 204
    opened = alice.get(TEST).body["items"][0]
    assert opened["state"] == "opened"
    assert alice.post(receipt, {"status": "delivered"}).status == 204
    assert alice.get(TEST).body["items"][0] == opened, "what was noted first stays"


def test_one_tap_on_the_page_says_that_it_came(alice: Person, mailbox: MailReceiver) -> None:
    alice.post(TEST, {"channel": "email"})
    send_courtesies(now=timezone.now())
    (link,) = set(re.findall(r"http\S+/r/\S+", mailbox.received[0].text))
    page = Page(path_of(link))
    assert page.buttons == ["It reached me"]
    assert alice.get(TEST).body["items"][0]["state"] == "accepted", "opening it marks nothing"
    assert page.tap("opened").status_code == 303
    assert "Messages reach you here" in page.text
    assert alice.get(TEST).body["items"][0]["state"] == "opened"
    assert page.tap("stop").status_code == 400


def test_it_is_clearly_a_test_and_raises_nothing(alice: Person, bob: Person, mailbox: MailReceiver) -> None:
    bob.cares_for(alice, "log")
    alice.post(TEST, {})
    send_courtesies(now=timezone.now())
    (mail,) = mailbox.received
    assert mail.recipients == (alice.email,)
    assert mail.mail["Subject"].startswith("Test: ")
    assert "This is a test" in mail.text
    assert "pain" not in mail.text.lower()
    assert not Alert.objects.exists()
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(("language", "word"), [("de", "Test"), ("es", "Prueba"), ("fr", "Test")])
def test_it_is_in_their_language(alice: Person, mailbox: MailReceiver, language: str, word: str) -> None:
    alice.patch("preferences", {"language": language})
    alice.post(TEST, {})
    send_courtesies(now=timezone.now())
    (mail,) = mailbox.received
    assert (mail.mail["Content-Language"], mail.mail["Subject"].split()[0].rstrip(":")) == (language, word)


def test_where_nothing_reaches_them_there_is_nothing_to_show(alice: Person) -> None:
    assert alice.get(TEST).body == {"items": []}
    assert alice.post(TEST, {"channel": "push"}).body == {"items": []}
    EmailAddress.objects.filter(user=alice.user).update(verified=False)
    assert alice.post(TEST, {}).body == {"items": []}


@pytest.mark.parametrize("channel", ["webhook", "pigeon", ""])
def test_a_channel_that_cannot_be_tested_is_refused(alice: Person, channel: str) -> None:
    answer = alice.post(TEST, {"channel": channel})
    assert (answer.status, answer.pointers) == (400, {"/channel"})


def test_what_can_be_tested_are_the_channels_to_people() -> None:
    assert set(CHANNELS) - set(TESTABLE) == {"webhook"}


def test_one_that_is_refused_has_failed_and_takes_no_other_way(alice: Person, mailbox: MailReceiver) -> None:
    mailbox.before_answer = lambda _: "550 no such mailbox"
    alice.post(TEST, {})
    now = timezone.now()
    while send_courtesies(now=now):
        pass
    assert [way["state"] for way in alice.get(TEST).body["items"]] == ["failed"]


def test_a_repeated_request_sends_nothing_again_and_a_minute_later_it_does(
    alice: Person, mailbox: MailReceiver
) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        first = alice.post(TEST, {})
        assert alice.post(TEST, {}).body == first.body
        assert alice.post(TEST, {"channel": "email"}).body == first.body
    with time_machine.travel(now + timedelta(minutes=1), tick=False):
        assert alice.post(TEST, {}).body != first.body
    assert Courtesy.objects.count() == 2


def test_the_eleventh_of_a_day_is_refused(alice: Person, settings: Settings) -> None:
    settings.RATE_LIMITS = True
    now = timezone.now()
    statuses = []
    for number in range(11):
        with time_machine.travel(now + timedelta(minutes=2 * number), tick=False):
            statuses.append(alice.post(TEST, {}).status)
    assert statuses == [202] * 10 + [429]


def test_no_one_else_sees_it_or_says_that_it_came(alice: Person, bob: Person) -> None:
    (way,) = alice.post(TEST, {}).body["items"]
    assert bob.get(TEST).body == {"items": []}
    assert bob.post(f"{TEST}/{way['delivery']}/receipt", {"status": "opened"}).status == 404
    assert bob.post(f"{TEST}/{uuid4()}/receipt", {"status": "opened"}).status == 404
