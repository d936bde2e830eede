"""Unsubscribing with one click: what it ends, and everything that it does not."""

from datetime import timedelta

import pytest
from django.test import Client
from django.test.client import encode_multipart
from django.utils import timezone

from alerts.models import Alert, Delivery, Unsubscription
from alerts.outbox import Telling, owe
from alerts.rules.tiers import Tier
from alerts.screening import screen_diary
from alerts.unsubscribing import unsubscribe
from diary.erasing import erase
from diary.models import Caregiver
from tests.alerts.diaries import NOON, nights_that_no_tablet_helped, write
from tests.alerts.pages.conftest import Page, deliver_all, newest_delivery, unsubscribe_page_of
from tests.cast import Person
from tests.receiver import MailReceiver

ONE_CLICK = {"List_Unsubscribe": "One-Click"}


def owe_a_reminder(alert: Alert) -> dict[str, str]:
    """How the mails of a new telling stand, by the name of who is told."""
    alert.refresh_from_db()
    owe(Telling(alert, "reminder"), now=NOON)
    return states(alert)


def states(alert: Alert) -> dict[str, str]:
    newest = Delivery.objects.filter(alert=alert, turn=alert.turn, channel="email").select_related("recipient")
    return {one.recipient.name: one.state for one in newest}


def test_one_click_ends_the_mails_at_once_and_answers_without_a_redirect(bob: Person, advice: Alert) -> None:
    answer = unsubscribe_page_of(bob).tap(**ONE_CLICK)
    assert answer.status_code == 200
    assert b"These mails are stopped" in answer.content
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
    for fields in ({}, {"List_Unsubscribe": "no"}, {"take_back": "no"}):
        assert unsubscribe_page_of(bob).tap(**fields).status_code == 400
    assert not Unsubscription.objects.exists()


def test_the_page_says_what_it_ends_and_can_take_it_back(bob: Person, advice: Alert) -> None:
    page = unsubscribe_page_of(bob)
    assert "Mails that advise Alice to see a doctor within two weeks" in page.text
    assert 'name="List-Unsubscribe" value="One-Click"' in page.text
    page.tap(**ONE_CLICK)
    assert "Send me these mails again</button>" in page.text
    assert b"Stop these mails?" in page.tap(take_back="yes").content
    assert not Unsubscription.objects.exists()


def test_for_the_patient_it_is_about_their_own_diary(alice: Person, advice: Alert) -> None:
    assert "Mails that advise you to see a doctor within two weeks" in unsubscribe_page_of(alice).text


@pytest.mark.parametrize(("tier", "warned"), [(Tier.EMERGENCY, True), (Tier.URGENT, True), (Tier.SEE_DOCTOR, False)])
def test_it_warns_of_stopping_what_cannot_wait(bob: Person, advice: Alert, tier: Tier, warned: bool) -> None:
    assert ("too late of something that cannot wait" in unsubscribe_page_of(bob, tier).text) is warned


def test_nobody_else_is_silenced(alice: Person, bob: Person, advice: Alert) -> None:
    unsubscribe_page_of(bob).tap(**ONE_CLICK)
    assert owe_a_reminder(advice).get("Alice") == "owed"


def test_no_mail_of_the_kind_comes_any_more(bob: Person, advice: Alert, mailbox: MailReceiver) -> None:
    unsubscribe_page_of(bob).tap(**ONE_CLICK)
    before = len(mailbox.sent_to(bob.email))
    owe_a_reminder(advice)
    deliver_all(NOON + timedelta(minutes=1))
    assert len(mailbox.sent_to(bob.email)) == before


def test_another_tier_still_comes(alice: Person, bob: Person, advice: Alert) -> None:
    unsubscribe_page_of(bob, Tier.URGENT).tap(**ONE_CLICK)
    assert owe_a_reminder(advice) == {"Alice": "owed", "Bob": "owed"}


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
    assert mail["List-Unsubscribe"].strip(" <>").endswith(unsubscribe_page_of(bob).address)


def test_a_page_about_unsubscribing_is_as_guarded_as_any(bob: Person, advice: Alert) -> None:
    for answer in (unsubscribe_page_of(bob).get(), unsubscribe_page_of(bob).tap(**ONE_CLICK)):
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in answer.headers
        assert "form-action 'self'" in answer["Content-Security-Policy"]
