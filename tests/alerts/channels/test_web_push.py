"""Web push against a push service on loopback, read by the browser it was encrypted for."""

import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import http_ece
import pytest
from pytest_django import Settings

from alerts.channels import CHANNELS, web_push
from alerts.channels.notification import RETRIES, UNSEEN_AFTER
from alerts.messages.letter import SUBJECTS
from alerts.models import Delivery
from alerts.outbound import call
from alerts.screening.diary import screen_diary
from diary.models import Device
from diary.reaching.push_tokens import BEARABLE
from tests.alerts.channels.browser import Browser
from tests.alerts.channels.conftest import VAPID_PRIVATE_KEY
from tests.alerts.channels.sending import about, alarm, mentions_health, wait_of
from tests.alerts.delivery.sweep import deliver_all
from tests.alerts.diaries import NOON, nights_that_no_tablet_helped, saddle_numbness, write
from tests.cast import Person
from tests.web_receiver import Answer, WebReceiver, reply, resets, slow

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings: Settings) -> Iterator[WebReceiver]:
    """A push service, and our key for it."""
    settings.VAPID_PRIVATE_KEY = VAPID_PRIVATE_KEY
    with WebReceiver() as running:
        running.script = [reply(201, Location="https://push.example/m/secret")]
        yield running


@pytest.fixture
def browser(service: WebReceiver, alice: Person) -> Browser:
    """Alice's."""
    subscribed = Browser(service.url, server_key=alice.get("push-key").body["web_push"])
    subscribed.belongs_to(alice)
    return subscribed


def test_the_browser_reads_ids_and_a_link_and_no_word_of_health(
    alice: Person, browser: Browser, service: WebReceiver
) -> None:
    delivery = alarm(alice, "web_push")
    assert (delivery.state, delivery.sent_at, delivery.provider_id) == ("sent", NOON, "")
    assert delivery.follow_up_at == NOON + UNSEEN_AFTER
    (request,) = service.received
    message = browser.read(request)
    link, shown = message.pop("link"), message.pop("notification")
    assert link.startswith("http")
    assert (message.pop("web_push"), message.pop("mutable")) == (8030, True)
    assert shown == {
        "title": str(SUBJECTS["emergency"]),
        "body": "Tap to open and read it.",
        "lang": "en",
        "navigate": link,
        "tag": delivery.alert_id.hex,
    }
    assert message == {
        "delivery": str(delivery.pk),
        "alert": str(delivery.alert_id),
        "patient": str(alice.patient_id),
        "subject": str(SUBJECTS["emergency"]),
    }
    assert not mentions_health(" ".join([*message.values(), *shown.values()]))


def test_the_push_service_learns_who_sends_and_how_urgent_it_is(
    alice: Person, browser: Browser, service: WebReceiver
) -> None:
    delivery = alarm(alice, "web_push")
    (request,) = service.received
    claims = browser.claims(request)
    assert claims["sub"] == "mailto:diary@localhost"
    assert 0 < claims["exp"] - time.time() <= 24 * 3600
    told = {name: request.headers[name] for name in ("ttl", "urgency", "topic")}
    assert told == {"ttl": "86400", "urgency": "high", "topic": delivery.alert_id.hex}


def test_what_can_wait_wakes_nobody(alice: Person, browser: Browser, service: WebReceiver) -> None:
    alice.patch("preferences", {"channels": {"see_doctor": ["web_push"]}})
    write(alice, *nights_that_no_tablet_helped())
    screen_diary(patient_id=alice.patient_id, now=NOON)
    deliver_all(NOON)
    assert service.received[0].headers["urgency"] == "normal"


def test_nobody_else_can_read_it(alice: Person, browser: Browser, service: WebReceiver) -> None:
    alarm(alice, "web_push")
    other = Browser(service.url, server_key=browser.server_key)
    with pytest.raises(http_ece.ECEException):
        other.read(service.received[0])
    assert str(SUBJECTS["emergency"]).encode() not in service.received[0].body


def test_each_browser_gets_its_own(alice: Person, browser: Browser, service: WebReceiver) -> None:
    second = Browser(f"{service.url}/second", server_key=browser.server_key)
    second.belongs_to(alice)
    alice.patch("preferences", {"channels": {"emergency": ["web_push"]}})
    write(alice, saddle_numbness())
    deliver_all(NOON)
    assert {request.path for request in service.received} == {"/hook", "/hook/second"}
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_is_gone_is_retired(
    alice: Person, browser: Browser, service: WebReceiver, status: int
) -> None:
    service.script = [reply(status)]
    delivery = alarm(alice, "web_push")
    assert (delivery.state, delivery.last_error) == ("failed", f"push service {status}")
    device = Device.objects.get()
    assert (device.push_token, device.version) == (None, 2)
    assert CHANNELS["web_push"].endpoints(alice.id) == []


def test_a_subscription_that_replaced_the_one_that_is_gone_stays(
    alice: Person, browser: Browser, service: WebReceiver
) -> None:
    newer = Browser(service.url, server_key=browser.server_key).subscription
    channel = CHANNELS["web_push"]
    (gone,) = channel.endpoints(alice.id)
    Device.objects.update(push_token=newer)
    channel.retire(user_id=alice.id, endpoint=gone)
    assert Device.objects.get().push_token == newer


TRIED_AGAIN: list[tuple[Answer, str, tuple[timedelta, timedelta]]] = [
    (reply(500), "push service 500", about(10)),
    (reply(503, Retry_After="120"), "push service 503", (timedelta(seconds=120),) * 2),
    (reply(429, Retry_After="3600"), "push service 429", (timedelta(hours=1),) * 2),
    (reply(429), "push service 429", about(10)),
    (reply(413), "push service 413", about(10)),
    (reply(401), "push service 401", about(10)),
    (reply(403), "push service 403", about(10)),
    (reply(301, Location="http://127.0.0.1/"), "push service 301", about(10)),
]


@pytest.mark.parametrize(("answer", "error", "wait"), TRIED_AGAIN)
def test_what_may_pass_is_tried_again(
    alice: Person,
    browser: Browser,
    service: WebReceiver,
    answer: Answer,
    error: str,
    wait: tuple[timedelta, timedelta],
) -> None:
    service.script = [answer, reply(201)]
    delivery = alarm(alice, "web_push")
    assert (delivery.state, delivery.last_error, delivery.unconfirmed) == ("owed", error, False)
    assert wait[0] <= wait_of(delivery) <= wait[1]
    assert delivery.next_attempt_at is not None
    deliver_all(delivery.next_attempt_at)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("sent", 2)
    first, second = (browser.read(request) for request in service.received)
    assert first["delivery"] == second["delivery"]


def test_what_the_push_service_cannot_read_does_not_get_better(
    alice: Person, browser: Browser, service: WebReceiver
) -> None:
    service.script = [reply(400)]
    assert alarm(alice, "web_push").state == "failed"
    assert Device.objects.get().push_token


def test_what_is_refused_again_and_again_is_disabled(alice: Person, browser: Browser, service: WebReceiver) -> None:
    assert len(RETRIES) + 1 < BEARABLE, "one message makes no more attempts than are borne"
    service.script = [reply(403)]
    Device.objects.update(push_refusals=BEARABLE - 2)
    delivery = alarm(alice, "web_push")
    assert (delivery.state, Device.objects.get().push_refusals) == ("owed", BEARABLE - 1)
    assert delivery.next_attempt_at is not None
    deliver_all(delivery.next_attempt_at)
    delivery.refresh_from_db()
    assert (delivery.state, Device.objects.get().push_token) == ("failed", None)


def test_one_good_day_makes_up_for_refusals(alice: Person, browser: Browser, service: WebReceiver) -> None:
    Device.objects.update(push_refusals=BEARABLE - 1)
    assert alarm(alice, "web_push").state == "sent"
    assert Device.objects.get().push_refusals == 0


@pytest.mark.parametrize(
    ("answer", "error"),
    [(resets(), "connection: ConnectionResetError"), (slow(5, reply(201)), "timed out")],
)
def test_without_an_answer_it_may_have_arrived(
    alice: Person,
    browser: Browser,
    service: WebReceiver,
    monkeypatch: pytest.MonkeyPatch,
    answer: Answer,
    error: str,
) -> None:
    monkeypatch.setattr(web_push, "call", partial(call, within=1.0))
    service.script = [answer]
    delivery = alarm(alice, "web_push")
    assert (delivery.state, delivery.last_error, delivery.unconfirmed) == ("owed", error, True)


def test_a_push_service_that_is_not_there_surely_has_nothing(alice: Person, browser: Browser) -> None:
    device = Device.objects.get()
    device.push_token = Browser("http://127.0.0.1:9/", server_key=browser.server_key).subscription
    device.save()
    delivery = alarm(alice, "web_push")
    assert (delivery.state, delivery.unconfirmed) == ("owed", False)
    assert about(10)[0] <= wait_of(delivery) <= about(10)[1]


def test_a_browser_is_told_only_what_its_owner_may_hear(
    alice: Person, charlie: Person, browser: Browser, service: WebReceiver
) -> None:
    Browser(f"{service.url}/charlie", server_key=browser.server_key).belongs_to(charlie)
    alarm(alice, "web_push")
    assert [request.path for request in service.received] == ["/hook"]


def test_without_a_key_nobody_is_pushed_to(alice: Person, browser: Browser, settings: Settings) -> None:
    assert len(CHANNELS["web_push"].endpoints(alice.id)) == 1
    settings.VAPID_PRIVATE_KEY = ""
    assert CHANNELS["web_push"].endpoints(alice.id) == []
    assert alice.get("push-key").body == {"web_push": None}
