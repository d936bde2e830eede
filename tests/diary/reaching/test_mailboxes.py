"""Which of someone's addresses mails go to."""

import pytest
from allauth.account.models import EmailAddress

from diary.reaching.mailboxes import ask_mailboxes, mailbox_of
from tests.cast import Person

pytestmark = pytest.mark.django_db


def add(person: Person, email: str, *, verified: bool = True) -> None:
    EmailAddress.objects.create(user=person.user, email=email, verified=verified)


def test_mails_go_to_the_first_address_of_several(alice: Person) -> None:
    add(alice, "alice@work.example")
    assert mailbox_of(user_id=alice.user.pk) == alice.email


def test_an_address_that_is_not_proved_is_passed_over(alice: Person) -> None:
    EmailAddress.objects.update(verified=False)
    add(alice, "never@proved.example", verified=False)
    add(alice, "alice@work.example")
    add(alice, "alice@home.example")
    assert mailbox_of(user_id=alice.user.pk) == "alice@work.example"


def test_who_proved_none_has_none(alice: Person) -> None:
    EmailAddress.objects.update(verified=False)
    assert mailbox_of(user_id=alice.user.pk) is None


def test_each_of_several_people_has_their_own(alice: Person, bob: Person) -> None:
    found = ask_mailboxes([alice.user.pk, bob.user.pk])()
    assert found == {alice.user.pk: alice.email, bob.user.pk: bob.email}
