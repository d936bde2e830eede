"""`/i/<token>`: someone who was invited by a stranger refuses it once and for all, and is forgotten."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from time_machine import travel

from diary.access.invitations import mail_invitation, owed
from diary.access.refusals import KEPT_FOR, forget_strangers
from diary.models import Caregiver, ConsentRecord, InvitationRefusal
from tests.cast import Answer, Person
from tests.receiver import MailReceiver, Received

pytestmark = pytest.mark.django_db

GUEST = "guest@example.org"


def invites(person: Person, email: str = GUEST) -> Answer:
    return person.post("patients/me/caregivers", {"email": email, "level": "read"})


def newest_mail(mailbox: MailReceiver) -> Received:
    """The invitation that is owed, once it was sent."""
    now = timezone.now()
    for place in owed(now=now):
        mail_invitation(caregiver_id=place, now=now)
    return mailbox.sent_to(GUEST)[-1]


def link_in(mail: Received) -> str:
    found = re.search(r"^(https?://\S+/i/\S+)\s*$", mail.text, re.MULTILINE)
    assert found is not None, mail.text
    assert f'href="{found[1]}"' in mail.html
    assert mail.mail["List-Unsubscribe"].strip() == f"<{found[1]}>"
    return urlsplit(found[1]).path


@pytest.fixture
def link(alice: Person, mailbox: MailReceiver) -> str:
    """The link in Alice's invitation."""
    assert invites(alice).status == 201
    return link_in(newest_mail(mailbox))


def press(link: str) -> int:
    return Client(enforce_csrf_checks=True).post(link, {"refuse": "yes"}).status_code


def stored_addresses() -> set[str]:
    return set(Caregiver.objects.exclude(email="").values_list("email", flat=True))


def test_one_tap_refuses_and_the_address_is_forgotten(alice: Person, link: str) -> None:
    assert press(link) == 303

    assert alice.get("patients/me/caregivers").body["items"] == []
    assert stored_addresses() == set()
    assert ConsentRecord.objects.latest("pk").action == "refused"
    page = Client().get(link)
    assert (page.status_code, b"You won't be invited again" in page.content.replace(b"&#x27;", b"'")) == (
        200,
        True,
    )
    assert b"<button" not in page.content


def test_one_click_of_a_mail_program_is_enough(alice: Person, link: str) -> None:
    assert Client().post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert stored_addresses() == set()


def test_looking_refuses_nothing(alice: Person, link: str) -> None:
    page = Client().get(link)

    assert (page.status_code, b"Alice" in page.content, GUEST.encode() in page.content) == (200, True, False)
    assert Client().post(link).status_code == 400
    assert stored_addresses() == {GUEST}


def test_no_further_invitation_from_that_diary_goes_there(alice: Person, bob: Person, link: str) -> None:
    press(link)

    refused = invites(alice, "Guest@Example.org")

    assert (refused.status, refused.body["type"]) == (409, "/problems/invitation-refused")
    assert invites(bob).status == 201
    assert invites(alice, "someone.else@example.org").status == 201


def test_refusing_twice_is_refusing_once(alice: Person, link: str) -> None:
    assert [press(link), press(link)] == [303, 303]
    assert InvitationRefusal.objects.count() == 1
    assert ConsentRecord.objects.filter(action="refused").count() == 1


def test_the_code_in_the_same_mail_is_dead_then(alice: Person, mailbox: MailReceiver) -> None:
    invites(alice)
    mail = newest_mail(mailbox)
    press(link_in(mail))
    guest = Person("Guest")

    assert guest.post("invitations/accept", {"token": mail.invitation}).status == 404


def test_who_has_accepted_leaves_in_the_app_and_not_by_an_old_mail(alice: Person, mailbox: MailReceiver) -> None:
    invites(alice)
    mail = newest_mail(mailbox)
    assert Person("Guest").post("invitations/accept", {"token": mail.invitation}).status == 200

    assert press(link_in(mail)) == 404

    assert Caregiver.objects.get().state == "accepted"


def test_an_invitation_that_was_withdrawn_can_still_be_the_last_one(alice: Person, link: str) -> None:
    alice.delete(f"patients/me/caregivers/{Caregiver.objects.get().pk}")

    assert press(link) == 303

    assert invites(alice).status == 409


@pytest.mark.parametrize("bent", ["x", "/i/x:y:z", "", "/i/%00"])
def test_a_bent_link_is_good_for_nothing(link: str, bent: str) -> None:
    assert Client().get(bent if bent.startswith("/") else link + bent if bent else "/i/nothing").status_code == 404


def test_the_link_ends_with_the_address(alice: Person, link: str) -> None:
    with travel(datetime.now(UTC) + KEPT_FOR + timedelta(minutes=1), tick=False):
        assert Client().get(link).status_code == 410


class TestForgetting:
    """An address that never accepted is forgotten thirty days after its last invitation."""

    def test_not_a_minute_earlier_and_twice_is_once(self, alice: Person, link: str) -> None:
        invited = Caregiver.objects.get().invited_at
        assert forget_strangers(now=invited + KEPT_FOR - timedelta(minutes=1)) == 0
        assert stored_addresses() == {GUEST}

        assert [forget_strangers(now=invited + KEPT_FOR) for _ in range(2)] == [1, 0]

        assert stored_addresses() == set()
        assert alice.get("patients/me/caregivers").body["items"] == []

    def test_an_invitation_that_was_withdrawn_too(self, alice: Person, link: str) -> None:
        alice.delete(f"patients/me/caregivers/{Caregiver.objects.get().pk}")
        forget_strangers(now=timezone.now() + KEPT_FOR)
        assert stored_addresses() == set()

    def test_a_newer_invitation_counts_anew(self, alice: Person, link: str) -> None:
        invited = Caregiver.objects.get().invited_at
        with travel(invited + timedelta(days=20), tick=False):
            alice.show_again_who_it_is()
            assert invites(alice).status == 200
        assert forget_strangers(now=invited + KEPT_FOR) == 0

    def test_who_accepted_stays(self, alice: Person, bob: Person) -> None:
        bob.cares_for(alice, "read", now=timezone.now() - timedelta(days=100))
        assert forget_strangers(now=timezone.now()) == 0
        assert stored_addresses() == {bob.email}

    def test_they_can_be_invited_again(self, alice: Person, link: str) -> None:
        forget_strangers(now=timezone.now() + KEPT_FOR)
        assert invites(alice).status == 201
