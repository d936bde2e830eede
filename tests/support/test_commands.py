"""What support does from a terminal is logged as on the pages, under the name and the reason that were given."""

from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.utils import timezone

from diary.format.fields import Symptoms
from diary.models import Session, SupportLine, SupportStaff, User
from support.acts import ACTS
from support.management.commands.support import _ACTS
from tests.alerts.diaries import entry, write
from tests.cast import Person
from tests.roles import connected_as
from tests.support.staffing import REASON


def support(*words: str) -> str:
    said = StringIO()
    call_command("support", *words, "--by", "Sue  Hill", "--because", REASON, stdout=said)
    return said.getvalue()


def staff(*words: str) -> str:
    said = StringIO()
    call_command("support_staff", *words, stdout=said)
    return said.getvalue()


def test_there_is_a_command_for_each_act() -> None:
    assert _ACTS.keys() == ACTS.keys()


def test_find_says_the_states_in_plain_words_and_nothing_of_the_diary(alice: Person, bob: Person) -> None:
    now = timezone.now()
    write(alice, entry(now.date(), note="canary", symptoms=Symptoms(saddle_numbness=True)), now=now)
    said = support("find", "ALICE@example.org")
    assert "alice@example.org, confirmed" in said
    assert "bob@example.org  log  accepted" in said
    assert "email  –  works  [mark-dead email]" in said
    assert not [word for word in ("canary", "cauda", "emergency", "saddle") if word in said]
    assert list(SupportLine.objects.order_by("id").values_list("staff", "way", "act", "reason")) == [
        ("Sue Hill", "command", "searched", REASON),
        ("Sue Hill", "command", "looked", REASON),
    ]


def test_an_act_says_what_was_done_and_is_logged(alice: Person) -> None:
    assert "signed out" in support("sign-out", alice.email)
    assert not Session.objects.filter(user=alice.user).exists()
    assert SupportLine.objects.filter(act="signed_out", staff="Sue Hill").exists()


def test_erasing_wants_the_address_twice(alice: Person) -> None:
    with pytest.raises(CommandError, match="type the address"):
        support("erase", alice.email, "bob@example.org")
    assert User.objects.filter(pk=alice.id).exists()
    assert "erased" in support("erase", alice.email, alice.email)
    assert not User.objects.filter(pk=alice.id).exists()


@pytest.mark.parametrize(
    "words",
    [
        ["find", "alice@example.org", "--by", "Sue", "--because", "short"],
        ["find", "alice@example.org", "--by", " ", "--because", REASON],
        ["find", "alice@example.org", "--because", REASON],
        ["find", "alice@example.org", "--by", "Sue"],
        ["find", "nobody@example.org", "--by", "Sue", "--because", REASON],
    ],
)
def test_nothing_is_done_without_a_name_a_reason_and_an_account(alice: Person, words: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("support", *words, stdout=StringIO())
    assert not SupportLine.objects.filter(account=alice.id).exists()


def test_the_log_is_read_from_a_terminal(alice: Person) -> None:
    support("find", alice.email)
    said = StringIO()
    call_command("support", "log", stdout=said)
    newest = said.getvalue().splitlines()[0]
    assert f"Sue Hill  looked  {alice.id}  {REASON}" in newest


def test_only_the_owner_of_the_database_makes_someone_staff(alice: Person) -> None:
    with pytest.raises(CommandError, match="Only the owner of the database"):
        staff("add", alice.email, "--authenticator")
    assert not SupportStaff.objects.exists()
    assert not Authenticator.objects.exists()
    with connected_as("owner"):
        said = staff("add", alice.email, "--authenticator")
        assert "otpauth://totp/" in said
        assert alice.email in staff("list")
        assert "otpauth" not in staff("add", alice.email, "--authenticator")
    assert SupportStaff.objects.get().pk == alice.id
    with pytest.raises(CommandError, match="Only the owner"):
        staff("remove", alice.email)
    with connected_as("owner"):
        staff("remove", alice.email)
        with pytest.raises(CommandError, match="is staff"):
            staff("remove", alice.email)
    assert not SupportStaff.objects.exists()


def test_no_one_is_staff_without_a_second_factor_or_a_confirmed_address(alice: Person) -> None:
    with connected_as("owner"):
        with pytest.raises(CommandError, match="no second factor"):
            staff("add", alice.email)
        EmailAddress.objects.update(verified=False)
        with pytest.raises(CommandError, match="not confirmed"):
            staff("add", alice.email, "--authenticator")
    assert not SupportStaff.objects.exists()


def test_being_staff_of_django_is_nothing_here(alice: Person) -> None:
    """No field of an account makes it staff: signing up with `is_staff`, or a profile that says so, changes nothing."""
    User.objects.filter(pk=alice.id).update(is_staff=True, is_superuser=True)
    alice.patch("preferences", {"is_staff": True})
    assert not SupportStaff.objects.exists()
