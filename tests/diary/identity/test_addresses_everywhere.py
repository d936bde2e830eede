"""Every place that takes an email address takes only one that is spelled as it is and that mail can reach."""

from collections.abc import Callable

import pytest
from django.core.cache import cache

from diary.models import Caregiver, User
from tests.cast import Person
from tests.diary.identity.app import PASSWORD, App
from tests.receiver import MailReceiver

UNREACHABLE = [
    *("a@localhost", "a@localhost.localdomain", "a@router.local", "a@[127.0.0.1]", "a@127.0.0.1", "a@[::1]", "a@1"),
    *("a@example", "a@example.org.", "a@.org", "a@example..org", "a@exa mple.org", "a@-example.org", "a@example.123"),
    *('"a"@example.org', '"a b"@example.org', "a(b)@example.org", "a@example.org,b@example.org", "<a@example.org>"),
    *("a\r\nBcc: b@example.org", "a@example.org\r\nBcc: b@example.org", "a@b@example.org", ".a@example.org"),
    *("a..b@example.org", "a@xn--zzzzzzzzzz--.org", "a" * 65 + "@example.org", "a@" + "x" * 64 + ".org"),
    *("a\u200b@example.org", "a\ufeff@example.org", "a\U000e0061@example.org", "a\u034f@example.org"),
    *("a@example.org\u202e", "\u2066a@example.org"),
]
LOOKALIKES = [
    *("a@exa\u00admple.org", "a@exam\u200dple.org", "a@exam\u2060ple.org", "a@exam\ufe0fple.org", "a@example\uff0eorg"),
    *("\uff41@example.org", "a\uff20example.org", "a@example\u3002org", "a@\uff45xample.org"),
]

Place = Callable[[MailReceiver, Person, str], tuple[int, set[str]]]

pytestmark = pytest.mark.django_db


def invite(_: MailReceiver, alice: Person, email: str) -> tuple[int, set[str]]:
    answer = alice.post("patients/me/caregivers", {"email": email, "level": "read"})
    return answer.status, answer.pointers


def identity(path: str, signed_in: bool = False, **more: str) -> Place:
    def ask(mailbox: MailReceiver, alice: Person, email: str) -> tuple[int, set[str]]:
        device = App(mailbox)
        if signed_in:
            cache.clear()
            device.token = alice.token
            assert device.ask_again().status == 200
        answer = device.post(path, email=email, **more)
        return answer.status, {error["pointer"] for error in answer.json.get("errors", [])}

    return ask


PLACES: dict[str, Place] = {
    "an invitation": invite,
    "a sign-up": identity("auth/signup", password=PASSWORD),
    "a sign-in": identity("auth/login", password=PASSWORD),
    "a reset": identity("auth/password/request"),
    "a new address": identity("account/email", signed_in=True),
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_an_address_that_no_mail_reaches_is_refused(mailbox: MailReceiver, place: Place) -> None:
    assert taken_by(place, UNREACHABLE, mailbox) == []
    assert not Caregiver.objects.exists()


@pytest.mark.parametrize("place", list(PLACES.values())[1:], ids=list(PLACES)[1:])
def test_an_address_that_only_looks_like_another_opens_no_account(mailbox: MailReceiver, place: Place) -> None:
    assert taken_by(place, LOOKALIKES, mailbox) == []


def test_an_invitation_goes_to_the_mailbox_that_its_address_looks_like(mailbox: MailReceiver) -> None:
    alice = Person("Alice")
    for email in LOOKALIKES:
        assert invite(mailbox, alice, email)[0] in {200, 201, 400}
    assert {place.email for place in Caregiver.objects.all()} == {"a@example.org"}


def taken_by(place: Place, addresses: list[str], mailbox: MailReceiver) -> list[tuple[str, int, set[str]]]:
    """Those that Alice or a stranger could give there; nothing was mailed, and no account made."""
    alice = Person("Alice")
    alice.user.set_password(PASSWORD)
    alice.user.credentials_epoch -= 1
    alice.user.save()
    taken = []
    for email in addresses:
        status, pointers = place(mailbox, alice, email)
        if status != 400 or not pointers <= {"/email", "/password"}:
            taken.append((email, status, pointers))
    assert mailbox.received == []
    assert User.objects.count() == 1
    return taken
