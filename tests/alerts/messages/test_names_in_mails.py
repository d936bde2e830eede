"""What people call themselves is read by others in mails from us: nothing in it can be tapped there."""

import re
from email.message import EmailMessage
from html import unescape

import pytest
from django.conf import settings
from django.utils import timezone

from diary.access.invitations import mail_invitation, owed
from diary.models import User
from tests.alerts.delivery.sweep import deliver_all
from tests.alerts.diaries import saddle_numbness, write
from tests.cast import Person
from tests.diary.format.names import LINKS
from tests.links import links_in
from tests.receiver import MailReceiver, Received

NAMES = ["Dr. Smith", "J.R. Tolkien", "Your bank: go to evil . com", "<a href=x>Bob</a>", "bank", "Anna 2.0", "www"]
ADDRESSES = ["www.bank.com@example.org", "bank.com/login@example.org", "bank.com?login@example.org"]


def tapped(received: Received) -> set[str]:
    """What a mail program makes a link of, in either part, beside what is meant to be one."""
    ours = settings.PUBLIC_URL
    shown = [received.text, unescape(re.sub("<[^>]+>", " ", received.html))]
    return {link for part in shown for link in links_in(part) if not link.startswith(ours)}


def invited_by(person: Person, mailbox: MailReceiver) -> Received:
    assert person.post("patients/me/caregivers", {"email": "guest@example.org", "level": "read"}).status == 201
    for caregiver_id in owed(now=timezone.now()):
        mail_invitation(caregiver_id=caregiver_id, now=timezone.now())
    (received,) = mailbox.sent_to("guest@example.org")
    return received


@pytest.mark.parametrize("name", NAMES)
def test_an_invitation_carries_a_name_and_no_link(alice: Person, mailbox: MailReceiver, name: str) -> None:
    assert alice.patch("preferences", {"name": name}).status == 200

    received = invited_by(alice, mailbox)

    assert f"{name} keeps a symptom diary" in " ".join(received.text.split())
    assert tapped(received) == set()


@pytest.mark.parametrize("name", LINKS)
def test_what_would_be_a_link_never_gets_there(alice: Person, mailbox: MailReceiver, name: str) -> None:
    assert alice.patch("preferences", {"name": name}).pointers == {"/name"}

    received = invited_by(alice, mailbox)

    assert "Alice keeps a symptom diary" in received.text
    assert tapped(received) == set()


@pytest.mark.parametrize("email", ADDRESSES)
def test_nor_does_an_address_in_place_of_a_name(db: None, mailbox: MailReceiver, email: str) -> None:
    received = invited_by(Person("", email=email), mailbox)

    assert "…@example.org keeps a symptom diary" in received.text
    assert tapped(received) == set()


@pytest.mark.parametrize("name", NAMES)
def test_an_alert_carries_names_and_no_link(alice: Person, bob: Person, mailbox: MailReceiver, name: str) -> None:
    for one in (alice, bob):
        assert one.patch("preferences", {"name": name}).status == 200
    bob.cares_for(alice, "read")
    write(alice, saddle_numbness())

    deliver_all()

    (to_bob,), (to_alice,) = mailbox.sent_to(bob.email), mailbox.sent_to(alice.email)
    assert f"{name} noted" in " ".join(to_bob.text.split())
    assert f"Also sent to: {name}." in " ".join(to_alice.text.split())
    assert tapped(to_bob) == tapped(to_alice) == set()


def test_no_name_changes_who_a_mail_is_from_to_or_about(alice: Person, mailbox: MailReceiver) -> None:
    plain = headers(invited_by(alice, mailbox).mail)
    mailbox.received.clear()
    User.objects.filter(pk=alice.id).update(name="Reply-To: charlie at evil")
    alice.delete(f"patients/me/caregivers/{alice.get('patients/me/caregivers').body['items'][0]['id']}")

    assert headers(invited_by(alice, mailbox).mail) == plain


def headers(mail: EmailMessage) -> dict[str, str]:
    changing = {"Date", "Message-ID", "Content-Type", "List-Unsubscribe"}
    return {name: value for name, value in mail.items() if name not in changing}
