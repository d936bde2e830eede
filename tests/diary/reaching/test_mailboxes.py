"""Which of someone's addresses mails go to."""

import pytest
from allauth.account.models import EmailAddress

from diary.reaching.mailboxes import mailbox_of, mailboxes
from tests.cast import Person

pytestmark = pytest.mark.django_db


def address(person: Person) -> str | None:
    """What both ways of asking say."""
    first = mailboxes().filter(user=person.user).first()
    assert mailbox_of(user_id=person.user.pk) == (first and first.email)
    return first and first.email


def add(person: Person, email: str, *, verified: bool = True) -> None:
    EmailAddress.objects.create(user=person.user, email=email, verified=verified)


def test_mails_go_to_the_first_address_of_several(alice: Person) -> None:
    add(alice, "alice@work.example")
    assert address(alice) == alice.email


def test_an_address_that_is_not_proved_is_passed_over(alice: Person) -> None:
    EmailAddress.objects.update(verified=False)
    add(alice, "never@proved.example", verified=False)
    add(alice, "alice@work.example")
    add(alice, "alice@home.example")
    assert address(alice) == "alice@work.example"


def test_who_proved_none_has_none(alice: Person) -> None:
    EmailAddress.objects.update(verified=False)
    assert address(alice) is None
