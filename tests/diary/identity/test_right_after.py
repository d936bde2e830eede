"""Someone who has just signed up or in invites whom they want, without being asked again."""

from collections.abc import Callable

import pytest

from tests.diary.identity.app import App, api
from tests.receiver import MailReceiver

pytestmark = pytest.mark.django_db


def test_an_invitation_right_after_the_sign_up(mailbox: MailReceiver) -> None:
    phone = App(mailbox)
    phone.sign_up("alice@example.org")
    assert phone.confirm("alice@example.org").status == 200
    assert invites(phone) == 201


def test_an_invitation_right_after_a_sign_in(signed_in: Callable[[str], App], mailbox: MailReceiver) -> None:
    signed_in("alice@example.org")
    another = App(mailbox)
    assert another.sign_in("alice@example.org").status == 200
    assert invites(another) == 201


def invites(phone: App) -> int:
    return api(phone, "POST", "patients/me/caregivers", {"email": "bob@example.org", "level": "log"})[0]
