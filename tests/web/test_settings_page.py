"""The settings: each form changes what it names and nothing else, by the functions that apps use."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings as project
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from alerts.channels.web_push import public_key
from alerts.models import Courtesy, Unsubscription
from diary.format.fields import FOR_GOOD
from diary.identity.provisioning import issue_token
from diary.models import Device, Patient, Session
from diary.reaching.phones import proved_number
from diary.reaching.push_subscriptions import in_one_spelling
from tests.alerts.channels.browser import Browser
from tests.alerts.channels.conftest import VAPID_PRIVATE_KEY
from tests.alerts.channels.twilio_double import set_up
from tests.alerts.courtesy.clockwork import sweep
from tests.cast import Person
from tests.diary.reaching.codes import code_sent
from tests.receiver import MailReceiver
from tests.web_receiver import WebReceiver
from web.cookie import MARK

DEVICE = "0191d1a0-0000-7000-8000-000000000003"


def browser_of(person: Person) -> Client:
    client = Client()
    client.cookies[project.SESSION_COOKIE_NAME] = person.token
    return client


def save(person: Person, what: str, **fields: str | list[str]) -> HttpResponse:
    return browser_of(person).post("/settings", {"do": what, **fields})  # type: ignore[return-value]


def saved(person: Person, what: str, **fields: str | list[str]) -> str:
    """Saves it; gives the page that follows."""
    answer = save(person, what, **fields)
    assert answer.status_code == 303, answer.content
    page: HttpResponse = browser_of(person).get(answer["Location"])  # type: ignore[assignment]
    assert page.status_code == 200
    return page.content.decode()


def stored(person: Person) -> Patient:
    return Patient.objects.get(pk=person.patient_id)


def test_a_name_and_a_language(alice: Person) -> None:
    page = saved(alice, "name", name="Alicia", language="es")
    assert '<html lang="es"' in page
    read = alice.get("preferences").body
    assert (read["name"], read["language"]) == ("Alicia", "es")
    saved(alice, "name", name="Alicia", language="")
    assert alice.get("preferences").body["language"] is None


def test_a_reminder_at_an_hour_on_some_days_and_none_again(alice: Person) -> None:
    page = saved(alice, "reminder", at="07:30", weekdays=["1", "3"])
    assert "We remind you at 07:30" in page
    assert "This is saved." in page
    assert alice.get("preferences").body["logging_reminder"] == {"at": "07:30", "weekdays": [1, 3]}
    assert "You get no reminders." in saved(alice, "no-reminder")
    assert alice.get("preferences").body["logging_reminder"] is None


def test_quiet_hours_and_none_again(alice: Person) -> None:
    saved(alice, "quiet-hours", start="22:00", end="07:00")
    assert alice.get("preferences").body["quiet_hours"] == {"start": "22:00", "end": "07:00"}
    saved(alice, "quiet-hours", start="", end="")
    assert alice.get("preferences").body["quiet_hours"] is None


def test_a_silence_notice_and_none_again(alice: Person) -> None:
    saved(alice, "silence", days="7")
    assert stored(alice).silence_notice_days == 7
    saved(alice, "silence", days="")
    assert stored(alice).silence_notice_days is None


def test_a_pause_for_a_month_for_good_and_its_end(alice: Person) -> None:
    saved(alice, "pause", how_long="a_month")
    assert stored(alice).paused_until == timezone.now().date() + timedelta(days=30)
    assert "There are no more reminders" in saved(alice, "pause", how_long="for_good")
    assert stored(alice).paused_until == FOR_GOOD
    saved(alice, "pause", how_long="end")
    assert stored(alice).paused_until is None


@pytest.mark.parametrize(
    ("what", "fields", "said"),
    [
        ("name", {"name": "see bank.example"}, "Use a plain name"),
        ("reminder", {"at": "07:30"}, "at least one day"),
        ("reminder", {"at": "soon", "weekdays": "1"}, "Choose a time"),
        ("reminder", {"at": "07:30", "weekdays": ["1", "1"]}, "Choose a time"),
        ("quiet-hours", {"start": "22:00", "end": "22:00"}, "a start and an end that differ"),
        ("quiet-hours", {"start": "22:00", "end": ""}, "a start and an end that differ"),
        ("silence", {"days": "2"}, "from 3 to 60"),
        ("silence", {"days": "many"}, "from 3 to 60"),
        ("pause", {"how_long": "a_year"}, ""),
        ("device", {"device": "mine"}, ""),
        ("region", {"region": "Spain"}, ""),
        ("test", {"way": "pigeon"}, ""),
        ("calls", {"number": "600 000 000"}, "with its country"),
        ("browser", {"subscription": "{}"}, ""),
    ],
)
def test_what_cannot_be_is_said_where_it_was_and_changes_nothing(
    alice: Person, what: str, fields: dict[str, str | list[str]], said: str
) -> None:
    before = (alice.get("preferences").body, stored(alice).profile_version)
    answer = save(alice, what, **fields)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert (alice.get("preferences").body, stored(alice).profile_version) == before


def test_what_there_is_not_is_not_found(alice: Person) -> None:
    assert save(alice, "erase-everything").status_code == 404


def test_a_test_message_and_how_far_it_came(alice: Person, mailbox: MailReceiver) -> None:
    page = saved(alice, "test")
    assert "Emails: it&#x27;s on its way" in page.replace("'", "&#x27;")
    test = Courtesy.objects.get(kind="test")
    assert test.user_id == alice.id
    sweep(timezone.now())
    assert mailbox.sent_to(alice.email)
    assert "Emails: it was sent" in browser_of(alice).get("/settings").content.decode()


def test_mails_that_were_stopped_come_again(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "read")
    assert "Emails you stopped" not in browser_of(bob).get("/settings").content.decode()
    Unsubscription.objects.create(user=bob.user, patient_id=alice.patient_id, tier="see_doctor", at=timezone.now())
    page = browser_of(bob).get("/settings").content.decode()
    assert "Emails you stopped" in page
    assert "Alice" in page
    saved(bob, "mails-again", mails=f"{alice.patient_id} see_doctor")
    assert bob.get("preferences").body["unsubscribed"] == []


def test_of_a_diary_that_someone_left_they_read_nothing(alice: Person, bob: Person) -> None:
    place = bob.cares_for(alice, "read")
    Unsubscription.objects.create(user=bob.user, patient_id=alice.patient_id, tier="see_doctor", at=timezone.now())
    assert alice.delete(f"patients/me/caregivers/{place.pk}").status == 204
    assert "Alice" not in browser_of(bob).get("/settings").content.decode()


def test_a_device_gets_nothing_any_more(alice: Person, bob: Person) -> None:
    device = {"id": DEVICE, "platform": "ios", "push_token": "a token of some length, 0123456789"}
    assert alice.put(f"devices/{DEVICE}", device).status == 201
    assert "An iPhone or iPad" in browser_of(alice).get("/settings").content.decode()
    save(bob, "device", device=DEVICE)
    assert not Device.objects.get(id=UUID(DEVICE), user=alice.user).deleted
    saved(alice, "device", device=DEVICE)
    assert Device.objects.get(id=UUID(DEVICE), user=alice.user).deleted


def test_each_kind_of_message_comes_by_the_ways_that_were_ticked(alice: Person, settings: Settings) -> None:
    settings.VAPID_PRIVATE_KEY = VAPID_PRIVATE_KEY
    alice.patch("preferences", {"channels": {"urgent": ["webhook", "email", "web_push"], "watch": ["sms"]}})
    saved(alice, "ways", emergency=["email", "web_push"], urgent=["web_push"], see_doctor=["email", "webhook"])
    channels = alice.get("preferences").body["channels"]
    assert channels["urgent"] == ["webhook", "web_push"]  # a machine is not asked about here, and stays
    assert channels["watch"] == ["sms"]  # as does what this service has no way for now
    assert set(channels["emergency"]) == {"push", "web_push", "email", "sms", "webhook"}
    assert [name for name in channels["see_doctor"] if name in ("email", "web_push")] == ["email"]
    assert channels["check_up"] == ["push"]
    refused = save(alice, "ways", urgent="email")
    assert (refused.status_code, "need a way to reach you" in refused.content.decode()) == (400, True)
    assert alice.get("preferences").body["channels"] == channels


def test_one_way_is_tested_alone(alice: Person, settings: Settings) -> None:
    settings.VAPID_PRIVATE_KEY = VAPID_PRIVATE_KEY
    assert "Test one way only" not in browser_of(alice).get("/settings").content.decode()
    Browser("https://fcm.googleapis.com/one", server_key="").belongs_to(alice)
    assert "Test one way only" in browser_of(alice).get("/settings").content.decode()
    saved(alice, "test", way="web_push")
    assert [one.channel for one in Courtesy.objects.filter(kind="test")] == ["web_push"]


def test_a_region_and_none_again(alice: Person) -> None:
    page = saved(alice, "region", region="ES")
    assert '<option value="ES" selected>Spain</option>' in page
    assert stored(alice).region == "ES"
    saved(alice, "region", region="")
    assert stored(alice).region is None


def test_a_number_for_calls_from_the_circle_and_none_again(alice: Person) -> None:
    assert 'value="+34600000001"' in saved(alice, "calls", number="+34 600-000 001")
    assert stored(alice).phone_for_circle == "+34600000001"
    saved(alice, "calls", number="")
    assert stored(alice).phone_for_circle is None


def test_a_browser_gets_notifications_while_it_is_signed_in(alice: Person, settings: Settings) -> None:
    assert "Notifications in this browser" not in browser_of(alice).get("/settings").content.decode()
    settings.VAPID_PRIVATE_KEY = VAPID_PRIVATE_KEY
    assert f'data-key="{public_key()}"' in browser_of(alice).get("/settings").content.decode()
    subscription = Browser("https://fcm.googleapis.com/one", server_key="").subscription
    for _twice in range(2):
        page = saved(alice, "browser", subscription=subscription)
        assert "· this browser" in page
    device = Device.objects.get(deleted=False)
    assert (device.platform, device.user_id, device.session_id) == ("web", alice.id, Session.objects.get().id)
    alice.show_again_who_it_is()
    assert "· this browser" not in browser_of(alice).get("/settings").content.decode()
    saved(alice, "device", device=str(device.id))
    assert Device.objects.get(id=device.id).deleted
    saved(alice, "browser", subscription=subscription)
    assert Device.objects.filter(deleted=False).count() == 1


def test_a_browser_is_told_nothing_any_more_by_one_button(alice: Person, settings: Settings) -> None:
    settings.VAPID_PRIVATE_KEY = VAPID_PRIVATE_KEY
    page = saved(alice, "browser", subscription=Browser("https://fcm.googleapis.com/one", server_key="").subscription)
    assert "This browser gets notifications." in page
    assert "Send notifications to this browser" not in page
    assert "Send notifications to this browser" in saved(alice, "no-browser")
    assert Device.objects.get().deleted


def renewed(person: Person, subscription: str, **headers: str) -> HttpResponse:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies[project.SESSION_COOKIE_NAME] = person.token
    sent = {"X-Requested-With": MARK, "Sec-Fetch-Site": "same-origin", **headers}
    return browser.post("/settings/browser", {"subscription": subscription}, headers=sent)  # type: ignore[return-value]


def test_the_service_worker_says_that_its_subscription_was_replaced(alice: Person, bob: Person) -> None:
    first, second = (Browser(f"https://fcm.googleapis.com/{n}", server_key="").subscription for n in (1, 2))
    assert renewed(alice, second).status_code == 404  # no one asked for notifications here
    saved(alice, "browser", subscription=first)
    Device.objects.update(push_token=None)  # the push service said before the browser that it is gone
    assert renewed(alice, second).status_code == 204
    device = Device.objects.get()
    assert (device.push_token, device.user_id) == (in_one_spelling(second), alice.id)
    assert renewed(alice, "{}").status_code == 400
    assert renewed(bob, first).status_code == 404
    saved(alice, "no-browser")
    assert renewed(alice, second).status_code == 404


@pytest.mark.parametrize("headers", [{"X-Requested-With": "XMLHttpRequest"}, {"Sec-Fetch-Site": "cross-site"}])
def test_no_other_site_replaces_a_subscription(alice: Person, headers: dict[str, str]) -> None:
    subscription = Browser("https://fcm.googleapis.com/one", server_key="").subscription
    saved(alice, "browser", subscription=subscription)
    other = Browser("https://fcm.googleapis.com/other", server_key="").subscription
    assert renewed(alice, other, **headers).status_code == 403
    assert Device.objects.get().push_token == in_one_spelling(subscription)


def test_a_number_is_proved_by_the_code_that_comes_there_and_taken_away(alice: Person, settings: Settings) -> None:
    with WebReceiver() as receiver:
        provider = set_up(settings, receiver)
        page = saved(alice, "number", number="+34 600-000 001")
        assert "We&#x27;ve sent a code to +34600000001" in page.replace("'", "&#x27;")
        wrong = save(alice, "number-code", code="no")
        assert (wrong.status_code, "wrong or too old" in wrong.content.decode()) == (400, True)
        unfit = save(alice, "number", number="600 000 000")
        assert (unfit.status_code, "with its country, such as" in unfit.content.decode()) == (400, True)
        assert "They go to +34600000001" in saved(alice, "number-code", code=code_sent(provider))
        assert proved_number(user_id=alice.id) == "+34600000001"
        saved(alice, "no-number")
        assert proved_number(user_id=alice.id) is None


def test_a_new_number_takes_a_recent_sign_in(alice: Person, settings: Settings) -> None:
    with WebReceiver() as receiver:
        set_up(settings, receiver)
        alice.token = issue_token(user=alice.user, now=timezone.now() - timedelta(hours=1))
        answer = save(alice, "number", number="+34600000001")
        assert answer.status_code == 403
        assert "show us once more" in answer.content.decode()
        assert not receiver.received
