"""Unsubscribing, by one click of a mail program or on the page: what it ends, and everything that it does not."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client
from django.test.client import encode_multipart
from django.utils import timezone
from pytest_django import Settings

from alerts.channels import CHANNELS
from alerts.delivery.outbox import Telling, owe, owe_withdrawal
from alerts.delivery.routes import EMAIL
from alerts.delivery.unsubscribe import unsubscribe
from alerts.messages.ways import WAYS
from alerts.models import Alert, Delivery, Unsubscription
from alerts.rules.tiers import Tier
from alerts.screening.diary import screen_diary
from diary.account.erase import erase
from diary.models import Caregiver
from tests.alerts.diaries import NOON, nights_that_no_tablet_helped, saddle_numbness, write
from tests.cast import Person
from tests.receiver import MailReceiver
from tests.web.links.conftest import Page, deliver_all, newest_delivery, path_of, unsubscribe_page_of

ONE_CLICK = {"List_Unsubscribe": "One-Click"}


def owe_a_reminder(alert: Alert) -> dict[str, str]:
    """How the mails of a new telling stand, by the name of who is told."""
    alert.refresh_from_db()
    owe(Telling(alert, "reminder"), now=NOON)
    return states(alert)


def again(page: Page) -> Page:
    """The page that takes it back."""
    return Page(f"{page.address}/again")


def put_phone(person: Person) -> None:
    phone = {"id": "01900000-0000-7000-8000-000000000001", "platform": "ios", "push_token": "a token"}
    assert person.put(f"devices/{phone['id']}", phone).status == 201


def states(alert: Alert) -> dict[str, str]:
    newest = Delivery.objects.filter(alert=alert, turn=alert.turn, channel="email").select_related("recipient")
    return {one.recipient.name: one.state for one in newest}


def test_one_click_ends_the_mails_at_once_and_answers_without_a_redirect(bob: Person, advice: Alert) -> None:
    answer = unsubscribe_page_of(bob).tap(**ONE_CLICK)
    assert answer.status_code == 200
    assert b"These emails are stopped" in answer.content
    row = Unsubscription.objects.get()
    assert (row.user_id, row.patient_id, row.tier) == (bob.id, advice.patient_id, "see_doctor")


def test_a_mail_program_may_send_it_as_multipart_and_without_anything_else(bob: Person, advice: Alert) -> None:
    boundary = "x"
    body = encode_multipart(boundary, {"List-Unsubscribe": "One-Click"})
    answer = Client(enforce_csrf_checks=True).generic(
        "POST", unsubscribe_page_of(bob).address, body, f"multipart/form-data; boundary={boundary}"
    )
    assert answer.status_code == 200
    assert Unsubscription.objects.count() == 1


def test_twice_is_once(bob: Person, advice: Alert) -> None:
    unsubscribe_page_of(bob).tap(**ONE_CLICK)
    first = Unsubscription.objects.values().get()
    unsubscribe_page_of(bob).tap(**ONE_CLICK)
    assert Unsubscription.objects.values().get() == first


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_the_page_ends_nothing(bob: Person, advice: Alert, method: str) -> None:
    assert unsubscribe_page_of(bob).ask(method).status_code == 200
    assert not Unsubscription.objects.exists()


def test_a_form_that_does_not_say_so_ends_nothing(bob: Person, advice: Alert) -> None:
    page = unsubscribe_page_of(bob)
    for fields in ({}, {"List_Unsubscribe": "no"}, {"stop": "no"}, {"again": "yes"}):
        assert page.tap(**fields).status_code == 400
    assert again(page).tap(stop="yes").status_code == 400
    assert not Unsubscription.objects.exists()


def test_the_page_says_what_it_ends(alice: Person, bob: Person, advice: Alert) -> None:
    assert "Emails that advise Alice to see a doctor within two weeks" in unsubscribe_page_of(bob).text
    assert "Emails that advise you to see a doctor within two weeks" in unsubscribe_page_of(alice).text


def test_a_double_tap_on_stop_stops_once_and_lands_where_there_is_nothing_to_tap(bob: Person, advice: Alert) -> None:
    page = unsubscribe_page_of(bob)
    assert page.buttons == ["Stop these emails"]
    for _ in range(2):
        answer = page.tap(stop="yes")
        assert (answer.status_code, answer["Location"]) == (303, page.address)
        assert Unsubscription.objects.count() == 1
        assert "These emails are stopped" in page.text
        assert page.buttons == []


@pytest.mark.django_db(transaction=True)
def test_taps_at_the_same_moment_stop_once(bob: Person, advice: Alert) -> None:
    page, together = unsubscribe_page_of(bob), Barrier(4)

    def tap(_: int) -> int:
        together.wait()
        try:
            return page.tap(stop="yes").status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as fingers:
        assert list(fingers.map(tap, range(4))) == [303] * 4
    assert Unsubscription.objects.count() == 1
    assert bob.get("preferences").body["version"] == 2


def test_undoing_has_a_page_of_its_own_and_is_as_safe_from_a_double_tap(bob: Person, advice: Alert) -> None:
    page = unsubscribe_page_of(bob)
    page.tap(stop="yes")
    page.tap(stop="yes")
    assert f'href="{again(page).address}"' in page.text
    assert Unsubscription.objects.exists()
    assert again(page).buttons == ["Send me these emails again"]
    for _ in range(2):
        answer = again(page).tap(again="yes")
        assert (answer.status_code, answer["Location"]) == (303, again(page).address)
        assert not Unsubscription.objects.exists()
        assert "You get these emails" in again(page).text
        assert again(page).buttons == []
    assert f'href="{page.address}"' in again(page).text


@pytest.mark.parametrize("tier", [Tier.EMERGENCY, Tier.URGENT])
@pytest.mark.parametrize("fields", [ONE_CLICK, {"stop": "yes"}, {"again": "yes"}, {}], ids=["mail", "tap", "undo", "-"])
def test_what_cannot_wait_is_never_ended(bob: Person, emergency: Alert, tier: Tier, fields: dict[str, str]) -> None:
    page = unsubscribe_page_of(bob, tier)
    for one in (page, again(page)):
        answer = one.tap(**fields)
        assert answer.status_code == 200
        assert b"These emails can't be stopped" in answer.content
        assert one.buttons == []
    assert not Unsubscription.objects.exists()
    assert owe_a_reminder(emergency) == {"Alice": "owed", "Bob": "owed"}


def test_instead_it_says_what_else_reaches_the_reader(bob: Person, emergency: Alert, settings: Settings) -> None:
    page = unsubscribe_page_of(bob, Tier.EMERGENCY)
    assert "Emails about emergencies in Alice&#x27;s diary" in page.text
    assert "Nothing else is set up" in page.text
    settings.FCM_CREDENTIALS = "set up"
    put_phone(bob)
    assert "<li>notifications on your phone</li>" in page.text
    assert "in your browser" not in page.text
    bob.patch("preferences", {"channels": {"emergency": ["email"], "urgent": ["push"]}})
    assert "Nothing else is set up" in page.text
    assert "<li>notifications on your phone</li>" in unsubscribe_page_of(bob, Tier.URGENT).text


def test_every_channel_to_a_person_has_a_name_that_they_understand() -> None:
    assert set(WAYS) == {name for name, channel in CHANNELS.items() if channel.personal} - {EMAIL}


def test_who_lost_consent_is_shown_no_name_and_no_way(alice: Person, bob: Person, emergency: Alert) -> None:
    Caregiver.objects.update(state="ended", ended_at=timezone.now())
    page = unsubscribe_page_of(bob, Tier.EMERGENCY)
    assert "You no longer get messages about this diary." in page.text
    assert "Alice" not in page.text


def test_nobody_else_is_silenced(alice: Person, bob: Person, advice: Alert) -> None:
    unsubscribe_page_of(bob).tap(**ONE_CLICK)
    assert owe_a_reminder(advice).get("Alice") == "owed"


def test_no_mail_of_the_kind_comes_any_more(bob: Person, advice: Alert, mailbox: MailReceiver) -> None:
    unsubscribe_page_of(bob).tap(**ONE_CLICK)
    before = len(mailbox.sent_to(bob.email))
    owe_a_reminder(advice)
    deliver_all(NOON + timedelta(minutes=1))
    assert len(mailbox.sent_to(bob.email)) == before


def test_another_tier_still_comes(alice: Person, bob: Person, advice: Alert, mailbox: MailReceiver) -> None:
    unsubscribe_page_of(bob).tap(**ONE_CLICK)
    write(alice, saddle_numbness())
    deliver_all(NOON)
    assert mailbox.sent_to(bob.email)[-1].mail["Subject"] == "Please read this now"


def test_an_alert_that_has_become_pressing_is_mailed_all_the_same(
    bob: Person, advice: Alert, mailbox: MailReceiver
) -> None:
    unsubscribe_page_of(bob).tap(**ONE_CLICK)
    Alert.objects.filter(pk=advice.pk).update(tier="urgent")
    assert owe_a_reminder(advice)["Bob"] == "owed"
    deliver_all(NOON)
    assert states(advice) == {"Alice": "sent", "Bob": "sent"}


def test_a_mail_that_is_owed_goes_out_when_its_alert_has_become_pressing(bob: Person, advice: Alert) -> None:
    owe_a_reminder(advice)
    Unsubscription.objects.create(patient_id=advice.patient_id, user=bob.user, tier="see_doctor", at=NOON)
    Alert.objects.filter(pk=advice.pk).update(tier="emergency")
    deliver_all(NOON)
    assert states(advice)["Bob"] == "sent"


def test_another_diary_still_comes(bob: Person, advice: Alert, mailbox: MailReceiver) -> None:
    dana = Person("Dana")
    bob.cares_for(dana, "alerts")
    unsubscribe_page_of(bob).tap(**ONE_CLICK)
    write(dana, *nights_that_no_tablet_helped())
    screen_diary(patient_id=dana.patient_id, now=NOON)
    assert set(Delivery.objects.filter(patient=dana.patient_id).values_list("recipient__name", "state")) == {
        ("Dana", "owed"),
        ("Bob", "owed"),
    }


def test_what_is_owed_is_dropped_at_once_and_the_alert_shows_why(alice: Person, bob: Person, advice: Alert) -> None:
    page = unsubscribe_page_of(bob)
    owe_a_reminder(advice)
    page.tap(**ONE_CLICK)
    assert states(advice) == {"Alice": "owed", "Bob": "dropped"}
    told = alice.get(f"patients/me/alerts/{advice.pk}").body["deliveries"][-2:]
    assert ("Bob", "dropped", "unsubscribed") in {
        (one["recipient"]["name"], one["state"], one["last_error"]) for one in told
    }


def test_an_old_mail_ends_no_more_than_it_said(bob: Person, advice: Alert) -> None:
    page = unsubscribe_page_of(bob, Tier.SEE_DOCTOR)
    Alert.objects.filter(pk=advice.pk).update(tier="emergency")
    assert owe_a_reminder(advice)["Bob"] == "owed"
    page.tap(**ONE_CLICK)
    assert states(advice)["Bob"] == "owed"


def test_an_old_mail_still_unsubscribes(bob: Person, advice: Alert) -> None:
    unsubscribe(delivery_id=newest_delivery(bob).pk, tier=Tier.SEE_DOCTOR, now=timezone.now() + timedelta(days=400))
    assert Unsubscription.objects.count() == 1


def test_who_lost_consent_may_still_unsubscribe_and_is_told_no_name(alice: Person, bob: Person, advice: Alert) -> None:
    Caregiver.objects.update(state="ended", ended_at=timezone.now())
    page = unsubscribe_page_of(bob)
    assert "Alice" not in page.text
    assert page.tap(**ONE_CLICK).status_code == 200


def test_a_link_to_an_alert_or_a_bent_one_or_one_of_nobody_ends_nothing(
    alice: Person, bob: Person, advice: Alert
) -> None:
    page = unsubscribe_page_of(bob)
    assert Page(page.address.replace(".1:", ".3:")).tap(**ONE_CLICK).status_code == 404
    assert Page("/u/x").tap(**ONE_CLICK).status_code == 404
    erase(user_id=alice.id, now=timezone.now())
    assert page.get().status_code == page.tap(**ONE_CLICK).status_code == 404
    assert not Unsubscription.objects.exists()


def test_the_headers_of_the_mail_lead_there(bob: Person, advice: Alert, mailbox: MailReceiver) -> None:
    mail = mailbox.sent_to(bob.email)[0].mail
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert Page(path_of(mail["List-Unsubscribe"].strip(" <>"))).tap(**ONE_CLICK).status_code == 200
    assert Unsubscription.objects.get().user_id == bob.id


def test_a_mail_that_cannot_wait_has_no_such_header_but_leads_to_other_ways(
    bob: Person, emergency: Alert, mailbox: MailReceiver
) -> None:
    sent = mailbox.sent_to(bob.email)[0]
    assert not [name for name in sent.mail if name.lower().startswith("list-")]
    (page,) = re.findall(r"http\S+/u/\S+", sent.text)
    assert page in sent.html
    assert "These emails can't be stopped" in Page(path_of(page)).text


def test_nor_has_its_correction(alice: Person, bob: Person, emergency: Alert, mailbox: MailReceiver) -> None:
    owe_withdrawal(alert=emergency, now=timezone.now())
    deliver_all(timezone.now())
    sent = mailbox.sent_to(bob.email)[-1]
    assert sent.mail["Subject"] == "A correction to an earlier message"
    assert not [name for name in sent.mail if name.lower().startswith("list-")]
    (page,) = re.findall(r"http\S+/u/\S+", sent.text)
    assert "These emails can't be stopped" in Page(path_of(page)).text


def test_a_page_about_unsubscribing_is_as_guarded_as_any(bob: Person, advice: Alert) -> None:
    page = unsubscribe_page_of(bob)
    answers = (page.get(), page.tap(stop="yes"), again(page).get(), again(page).tap(again="yes"), page.tap(**ONE_CLICK))
    for answer in answers:
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in answer.headers
        assert "form-action 'self'" in answer["Content-Security-Policy"]
