"""A second factor is lost, or someone else's: the operator takes it off, slowly and in the open."""

import re
from datetime import datetime, timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from alerts.delivery.notices import due_notices, send_notice
from diary.identity.factors.lost_factors import remove_due
from diary.identity.flows.undoing import prepare
from diary.identity.provisioning import issue_token, register
from diary.models import Device, FactorRemoval, Notice, User
from tests.diary.identity.app import PASSWORD, App
from tests.receiver import MailReceiver

ALICE = "alice@example.org"
WAIT = timedelta(days=7)

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    """With a second factor that she no longer has, and a device that is pushed to."""
    user = register(email=ALICE, password=PASSWORD, now=timezone.now())
    issue_token(user=user, now=timezone.now())
    Authenticator.objects.create(user=user, type="recovery_codes", data={"seed": "lost", "used_mask": 0})
    Authenticator.objects.create(user=user, type="totp", data={"secret": "lost"})
    Device.objects.create(
        user=user, id=user.id, platform="ios", push_token="registration-token", updated_at=timezone.now()
    )
    return user


def operator(*words: str) -> str:
    said = StringIO()
    act, *address = words
    whom = [*address, "--by", "Sue", "--because", "called back at the number we had"] if address else []
    call_command("support", f"{act}-second-factor" if address else act, *whom, stdout=said)
    return said.getvalue()


def mails(mailbox: MailReceiver, now: datetime | None = None) -> list[str]:
    """What Alice is mailed by now."""
    at = now or timezone.now()
    for notice in due_notices(now=at):
        send_notice(notice_id=notice.pk, now=at)
    return [mail.text for mail in mailbox.sent_to(ALICE)]


def link_in(text: str) -> str:
    found = re.search(r"^(https?://\S+/(?:keep|undo)/\S+)\s*$", text, re.MULTILINE)
    assert found is not None, text
    return urlsplit(found[1]).path


def test_it_is_announced_and_nothing_happens_yet(alice: User, mailbox: MailReceiver) -> None:
    assert "Every mailbox and device" in operator("remove", ALICE)

    assert set(Notice.objects.values_list("kind", "channel")) == {
        ("factor_removal_asked", "email"),
        ("factor_removal_asked", "push"),
    }
    (mail,) = mails(mailbox)
    assert "about to be removed" in mailbox.sent_to(ALICE)[0].mail["Subject"]
    assert link_in(mail).startswith("/keep/")
    assert "reset your password" not in mail.lower()
    remove_due(now=timezone.now() + WAIT - timedelta(minutes=1))
    assert Authenticator.objects.count() == 2
    assert App(mailbox).sign_in(ALICE).pending == {"mfa_authenticate"}


def test_after_the_waiting_time_they_are_gone_and_everybody_hears_again(alice: User, mailbox: MailReceiver) -> None:
    token = issue_token(user=alice, now=timezone.now())
    operator("remove", ALICE)
    mails(mailbox)
    later = timezone.now() + WAIT + timedelta(minutes=1)

    remove_due(now=later)
    remove_due(now=later)

    assert not Authenticator.objects.exists()
    phone = App(mailbox)
    phone.token = token
    assert not phone.is_signed_in()
    assert App(mailbox).sign_in(ALICE).status == 200
    mails(mailbox, later)
    subjects = [mail.mail["Subject"] for mail in mailbox.sent_to(ALICE)]
    assert subjects.count("Your second factors were removed") == 1
    assert operator("waiting") == ""


def test_the_owner_stops_it_by_the_button_and_not_by_looking(alice: User, mailbox: MailReceiver) -> None:
    operator("remove", ALICE)
    link = link_in(mails(mailbox)[0])

    assert "Keep my second factors" in Client().get(link).content.decode()
    assert FactorRemoval.objects.get().cancelled_at is None
    assert Client(enforce_csrf_checks=True).post(link, {"keep": "yes"}).status_code == 303
    assert "won't be removed" in Client().get(link).content.decode()

    remove_due(now=timezone.now() + 2 * WAIT)
    assert Authenticator.objects.count() == 2


def test_what_was_removed_comes_back_by_the_link_in_the_last_mail(alice: User, mailbox: MailReceiver) -> None:
    operator("remove", ALICE)
    FactorRemoval.objects.update(due_at=timezone.now())
    mails(mailbox)
    remove_due(now=timezone.now())

    link = link_in(mails(mailbox)[-1])
    assert link.startswith("/undo/")
    Client().post(link, {"undo": "yes"})

    assert {factor.type for factor in Authenticator.objects.all()} == {"totp", "recovery_codes"}


def test_an_address_that_was_replaced_of_late_hears_of_it_too(alice: User) -> None:
    prepare(alice, now=timezone.now()).row.save()
    alice.email = "thief@example.org"
    alice.save()
    EmailAddress.objects.filter(user=alice).update(email=alice.email)

    operator("remove", "thief@example.org")

    told = Notice.objects.filter(channel="email").values_list("address", flat=True)
    assert set(told) == {ALICE, "thief@example.org"}


def test_a_link_that_is_on_its_way_survives_a_change_of_keys(
    alice: User, mailbox: MailReceiver, settings: Settings
) -> None:
    Authenticator.objects.filter(type="totp").delete()
    Authenticator.objects.update(type="webauthn", data={})  # has no secret of ours
    operator("remove", ALICE)
    settings.NOTE_KEYS = [Fernet.generate_key().decode(), *settings.NOTE_KEYS]

    call_command("rotate_note_keys", stdout=StringIO())
    settings.NOTE_KEYS = settings.NOTE_KEYS[:1]

    assert link_in(mails(mailbox)[0]).startswith("/keep/")


def test_the_operator_can_stop_it_too_and_begin_again(alice: User) -> None:
    operator("remove", ALICE)
    assert ALICE in operator("waiting")

    assert "Stopped" in operator("keep", ALICE.upper())
    assert operator("waiting") == ""
    operator("remove", ALICE)

    assert FactorRemoval.objects.count() == 2


@pytest.mark.parametrize("words", [("remove", "nobody@example.org"), ("keep", ALICE)])
def test_where_there_is_nothing_to_do_it_says_so(alice: User, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        operator(*words)


def test_it_is_asked_for_once_at_a_time(alice: User) -> None:
    operator("remove", ALICE)

    with pytest.raises(CommandError):
        operator("remove", ALICE)


def test_the_waiting_time_is_a_setting(alice: User, settings: Settings) -> None:
    settings.FACTOR_REMOVAL_DAYS = 30

    operator("remove", ALICE)

    removal = FactorRemoval.objects.get()
    assert removal.due_at - removal.asked_at == timedelta(days=30)
