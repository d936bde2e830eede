"""Links in messages end with what says that someone else may have them, and never with less."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.core import signing
from django.db import connection
from django.utils import timezone

from alerts.acting.acknowledge import acknowledge
from alerts.delivery.valid_links import end_all_links, end_links
from alerts.messages.links import alert_link, unsubscribe_link
from alerts.models import Alert, Delivery, Unsubscription
from alerts.rules.tiers import Tier
from diary.identity.provisioning import sign_out_everywhere
from diary.models import Session
from tests.cast import Person
from tests.receiver import MailReceiver
from tests.web.links.conftest import (
    Page,
    deliver_all,
    links_epoch,
    newest_delivery,
    page_of,
    path_of,
    unsubscribe_page_of,
)


def changes_the_password(person: Person) -> None:
    person.user.refresh_from_db()
    person.user.set_password("an entirely different secret")
    person.user.save()


def signs_out_everywhere(person: Person) -> None:
    sign_out_everywhere(user=person.user)


def ends_all_links(person: Person) -> None:
    end_all_links(user_id=person.id)


def ends_these_links(person: Person) -> None:
    end_links(user_id=person.id, message_id=newest_delivery(person).message, now=timezone.now())


def signs_out_on_the_phone(person: Person) -> None:
    Session.objects.filter(user=person.user).delete()


def old_pages(person: Person, tier: Tier) -> tuple[Page, Page]:
    """Those of links as they were signed before links could end."""
    named = signing.b64_encode(newest_delivery(person).message.bytes).decode()
    opens = signing.TimestampSigner(salt="alerts.messages.links.open").sign(named)
    stops = signing.Signer(salt="alerts.messages.links.unsubscribe").sign(f"{named}.{tier.rank}")
    return Page(f"/a/{opens}"), Page(f"/u/{stops}")


ENDING = [changes_the_password, signs_out_everywhere, ends_all_links, ends_these_links]


@pytest.mark.parametrize("end", ENDING)
def test_a_link_ends_and_its_page_says_what_to_do(bob: Person, emergency: Alert, end: Callable[[Person], None]) -> None:
    opens, stops = page_of(bob), unsubscribe_page_of(bob, Tier.EMERGENCY)
    assert (opens.get().status_code, stops.get().status_code) == (200, 200)

    end(bob)

    for page in (opens, stops):
        assert (page.get().status_code, page.tap().status_code) == (404, 404)
        assert "Open the app to see everything you have access to" in page.get().content.decode()
    emergency.refresh_from_db()
    assert emergency.state == "open"


@pytest.mark.parametrize("end", ENDING)
def test_a_link_to_unsubscribe_that_ended_stops_nothing(
    bob: Person, advice: Alert, end: Callable[[Person], None]
) -> None:
    page = unsubscribe_page_of(bob)

    end(bob)

    assert page.tap(List_Unsubscribe="One-Click").status_code == 404
    assert not Unsubscription.objects.exists()


def test_signing_out_on_one_phone_ends_no_link(bob: Person, emergency: Alert) -> None:
    page = page_of(bob)

    signs_out_on_the_phone(bob)

    assert page.tap().status_code == 303
    emergency.refresh_from_db()
    assert emergency.state == "acknowledged"


def test_the_links_of_others_stay(alice: Person, bob: Person, emergency: Alert) -> None:
    page = page_of(alice)

    for end in ENDING:
        end(bob)

    assert page.get().status_code == 200


@pytest.mark.parametrize("end", ENDING)
def test_the_next_message_has_links_that_work(
    alice: Person, bob: Person, emergency: Alert, mailbox: MailReceiver, end: Callable[[Person], None]
) -> None:
    end(bob)
    now = timezone.now()
    acknowledge(patient_id=alice.patient_id, alert_id=emergency.pk, actor_id=alice.id, note=None, now=now)
    deliver_all(now)

    assert len(mailbox.sent_to(bob.email)) == 2
    sent = newest_delivery(bob)
    assert sent.links_epoch == links_epoch(bob)
    assert page_of(bob).get().status_code == 200
    assert f"/a/{page_of(bob).address.split('/')[2].split(':')[0]}" in mailbox.sent_to(bob.email)[-1].text


def test_a_second_copy_does_not_bring_the_links_of_the_first_back(bob: Person, emergency: Alert) -> None:
    sent = newest_delivery(bob)
    first = Page(path_of(alert_link(sent.message, links_epoch(bob))))
    signs_out_everywhere(bob)
    Delivery.objects.filter(pk=sent.pk).update(
        state="owed", sent_at=None, follow_up_at=None, next_attempt_at=sent.sent_at
    )

    deliver_all(timezone.now())

    assert first.get().status_code == 404
    assert page_of(bob).get().status_code == 200


def test_a_link_to_unsubscribe_works_for_thirty_days(bob: Person, advice: Alert) -> None:
    page, now = unsubscribe_page_of(bob), timezone.now()
    with time_machine.travel(now + timedelta(days=29, hours=23), tick=False):
        assert page.get().status_code == 200
    with time_machine.travel(now + timedelta(days=30, minutes=1), tick=False):
        assert (page.get().status_code, page.tap(List_Unsubscribe="One-Click").status_code) == (410, 410)
    assert not Unsubscription.objects.exists()


def test_a_link_is_no_longer_than_one_that_names_no_count(bob: Person, emergency: Alert) -> None:
    """It must fit into an SMS with what is said there."""
    opens, _ = old_pages(bob, Tier.EMERGENCY)

    assert len(page_of(bob).address) == len(opens.address)


@pytest.mark.parametrize("known", [True, False])
def test_links_sent_before_links_could_end_work_for_their_thirty_days(
    bob: Person, emergency: Alert, known: bool
) -> None:
    pages, now = old_pages(bob, Tier.EMERGENCY), timezone.now()
    if not known:  # sent by older code while newer was being deployed
        Delivery.objects.update(links_epoch=None, linked_at=None)

    for days, status in ((0, 200), (29, 200), (31, 410)):
        with time_machine.travel(now + timedelta(days=days), tick=False):
            assert [page.get().status_code for page in pages] == [status, status]


@pytest.mark.parametrize("end", ENDING)
def test_links_sent_before_links_could_end_do_end(bob: Person, emergency: Alert, end: Callable[[Person], None]) -> None:
    pages = old_pages(bob, Tier.EMERGENCY)

    end(bob)

    assert [page.get().status_code for page in pages] == [404, 404]


def test_the_migration_counts_what_was_sent_before_and_is_not_old(bob: Person, emergency: Alert) -> None:
    Delivery.objects.update(links_epoch=None, linked_at=None)
    old = Delivery.objects.exclude(recipient=bob.user).get()
    Delivery.objects.filter(pk=old.pk).update(sent_at=timezone.now() - timedelta(days=40))

    with connection.cursor() as cursor:
        cursor.execute(import_module("alerts.migrations.0010_links_sent_before").BACKFILL)

    sent = newest_delivery(bob)
    assert (sent.links_epoch, sent.linked_at) == (links_epoch(bob), sent.sent_at)
    old.refresh_from_db()
    assert old.links_epoch is None


@pytest.mark.parametrize(
    "token", ["x", "AAAA", "é", ":", "..", "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAA.9:1:x"]
)
@pytest.mark.parametrize("kind", ["a", "u"])
def test_a_token_that_says_nothing_opens_nothing(bob: Person, emergency: Alert, kind: str, token: str) -> None:
    assert Page(f"/{kind}/{token}").get().status_code == 404


def test_a_link_of_one_kind_is_none_of_the_other(bob: Person, advice: Alert) -> None:
    epoch, sent = links_epoch(bob), newest_delivery(bob).message
    opens = alert_link(sent, epoch).rpartition("/")[2]
    stops = unsubscribe_link(sent, Tier.SEE_DOCTOR, epoch).rpartition("/")[2]

    assert (Page(f"/u/{opens}").get().status_code, Page(f"/a/{stops}").get().status_code) == (404, 404)
