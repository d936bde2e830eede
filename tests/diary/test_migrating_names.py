"""Rows from before names and addresses had their rules: what becomes of them."""

from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from diary.format.display_names import fault_of_name
from diary.migrations._names_and_addresses import mend, mended
from diary.models import Caregiver, User
from tests.cast import Person
from tests.diary.format.names import LINKS, NAMES, PIECES

pytestmark = pytest.mark.usefixtures("as_owner")

CONSTRAINTS = import_module("diary.migrations.0010_names_and_addresses").CONSTRAINTS
UMLAUT, ASCII = "bob@bücher.example", "bob@xn--bcher-kva.example"


@pytest.fixture
def _as_before(db: None) -> Iterator[None]:
    """The tables without the new constraints; afterwards every row must bear them again."""
    constraints = [(apps.get_model("diary", model), one) for model, of in CONSTRAINTS.items() for one in of]
    with connection.schema_editor() as editor:
        for model, constraint in constraints:
            editor.remove_constraint(model, constraint)
    yield
    connection.check_constraints()  # also those that wait for the end of a transaction
    with connection.schema_editor() as editor:
        for model, constraint in constraints:
            editor.add_constraint(model, constraint)


def account(email: str, name: str = "", *, verified: bool = True) -> User:
    user = User.objects.create(email=email, name=name)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=verified)
    return user


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Alice", "Alice"),
        (" Alice\t", "Alice"),
        ("Ali\u202ece", "Ali ce"),
        ("Dr.Smith", "Dr. Smith"),
        ("А.С.Пушкин", "А.С. Пушкин"),
        ("Anna 2.0", "Anna 2.0"),
        ("S:t Clair", "S:t Clair"),
        ("Your bank: go to http://evil.example", "Your bank: go to http:/ /evil. example"),
        ("bank．com", "bank. com"),
        ("alice@example.org", ""),
        ("x" * 100, "x" * 80),
        ("\u200b\u200d", ""),
        ("علی\u200cرضا", "علی\u200cرضا"),
    ],
)
@pytest.mark.usefixtures("_as_before")
def test_a_name_keeps_all_that_can_be_kept(before: str, after: str) -> None:
    user = account("alice@example.org", before)

    mend(apps, None)

    user.refresh_from_db()
    assert user.name == after


@settings(deadline=None)
@given(PIECES.map("".join) | st.text(max_size=100) | st.sampled_from([*NAMES, *LINKS]))
def test_what_was_a_name_stays_as_it_is_and_what_was_none_becomes_one(name: str) -> None:
    after = mended(name)

    assert fault_of_name(after) is None
    assert fault_of_name(name) is not None or after == name.strip()


@pytest.mark.usefixtures("_as_before")
def test_an_address_is_spelled_as_its_mails_were_sent() -> None:
    """`straße.example` was always mailed at `strasse.example`: that mailbox proved it."""
    bob, charlie = account(UMLAUT), account("charlie@straße.example")

    mend(apps, None)

    assert [User.objects.get(pk=one.pk).email for one in (bob, charlie)] == [ASCII, "charlie@strasse.example"]
    assert set(EmailAddress.objects.values_list("email", flat=True)) == {ASCII, "charlie@strasse.example"}


@pytest.mark.usefixtures("_as_before")
def test_of_two_accounts_of_one_mailbox_both_keep_their_mails() -> None:
    first, second = account(ASCII), account(UMLAUT)

    mend(apps, None)

    assert User.objects.get(pk=first.pk).email == ASCII
    assert User.objects.get(pk=second.pk).email == f"{second.pk}@duplicate.invalid"
    assert EmailAddress.objects.get(user=second).email == UMLAUT
    assert EmailAddress.objects.filter(verified=True).count() == 2


@pytest.mark.usefixtures("_as_before")
def test_an_attempt_that_proved_nothing_does_not_take_the_address() -> None:
    bob, attempt = account(UMLAUT), account("bob@bü\u00adcher.example", verified=False)
    User.objects.filter(pk=bob.pk).update(last_login=timezone.now())

    mend(apps, None)

    assert User.objects.get(pk=bob.pk).email == EmailAddress.objects.get(user=bob).email == ASCII
    assert User.objects.get(pk=attempt.pk).email.endswith("@duplicate.invalid")


@pytest.mark.usefixtures("_as_before")
def test_of_two_invitations_to_one_mailbox_one_is_over() -> None:
    alice, now = Person("Alice"), timezone.now()
    common = {"patient_id": alice.patient_id, "level": "read", "invited_at": now, "expires_at": now + timedelta(days=7)}
    kept = Caregiver.objects.create(email=ASCII, **common)
    other = Caregiver.objects.create(email=UMLAUT, token_digest="digest", mail_due_at=now, **common)
    alone = Caregiver.objects.create(email="dana@bücher.example", **common)

    mend(apps, None)

    living = Caregiver.objects.exclude(state="ended").order_by("invited_at", "email")
    assert {(one.pk, one.email) for one in living} == {(kept.pk, ASCII), (alone.pk, "dana@xn--bcher-kva.example")}
    other.refresh_from_db()
    assert (other.state, other.email, other.token_digest, other.mail_due_at) == ("ended", ASCII, None, None)
