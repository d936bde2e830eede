"""Someone else was in the account and changed address or second factors: the owner takes it back by a mailed link."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client

from diary.models import User
from tests.diary.identity.app import OTHER_PASSWORD, PASSWORD, App
from tests.diary.identity.taking_over import (
    ALICE,
    SUPPORT,
    THIEF,
    link_in,
    look,
    moves_to,
    newest_link,
    press,
    switches_code_on,
)
from tests.receiver import MailReceiver

pytestmark = pytest.mark.django_db


def test_the_mail_about_a_change_of_address_leads_to_what_helps(thief: App, mailbox: MailReceiver) -> None:
    moves_to(thief, THIEF)

    mail = mailbox.sent_to(ALICE)[-1]

    assert THIEF in mail.text
    assert "recovery codes" in mail.text
    assert SUPPORT in mail.text
    assert link_in(mail)
    assert "/undo/" not in "".join(one.text for one in mailbox.sent_to(THIEF))


def test_the_link_brings_the_address_back_and_throws_the_thief_out(
    phone: App, thief: App, mailbox: MailReceiver
) -> None:
    moves_to(thief, THIEF)
    assert not phone.is_signed_in()

    press(newest_link(mailbox))

    assert User.objects.get().email == ALICE
    assert [(one.email, one.verified, one.primary) for one in EmailAddress.objects.all()] == [(ALICE, True, True)]
    assert not thief.is_signed_in()
    assert App(mailbox).sign_in(THIEF).status == 400
    assert App(mailbox).sign_in(ALICE).status == 200  # the password is what it was


def test_looking_changes_nothing_however_often_and_only_the_button_does(thief: App, mailbox: MailReceiver) -> None:
    moves_to(thief, THIEF)
    link = newest_link(mailbox)

    for _ in range(3):
        page = look(link)
        assert page.status_code == 200
        assert "Undo the changes" in page.content.decode()
        Client().head(link)
    assert Client().post(link).status_code == 400

    assert User.objects.get().email == THIEF
    assert thief.is_signed_in()


def test_the_link_signs_nobody_in_and_gives_no_token(thief: App, mailbox: MailReceiver) -> None:
    moves_to(thief, THIEF)

    answer = press(newest_link(mailbox))

    assert not answer.cookies
    assert not User.objects.get().sessions.exists()


@pytest.mark.django_db(transaction=True)
def test_it_outlives_every_later_change(thief: App, mailbox: MailReceiver) -> None:
    moves_to(thief, THIEF)
    link = newest_link(mailbox)

    switches_code_on(thief)
    moves_to(thief, "another.thief@example.org")
    thief.post("account/password/change", current_password=PASSWORD, new_password=OTHER_PASSWORD)
    press(link)

    assert User.objects.get().email == ALICE
    assert not Authenticator.objects.exists()
    assert User.objects.get().check_password(OTHER_PASSWORD)  # which the owner resets by mail now
    owner = App(mailbox)
    owner.post("auth/password/request", email=ALICE)
    assert owner.post("auth/password/reset", key=mailbox.code_for(ALICE), password="a third long secret").status == 200
    assert owner.is_signed_in()


@pytest.mark.django_db(transaction=True)
def test_what_the_thief_was_mailed_brings_the_thief_not_back(thief: App, mailbox: MailReceiver) -> None:
    moves_to(thief, THIEF)
    first = newest_link(mailbox)
    moves_to(thief, "another.thief@example.org")
    switches_code_on(thief)
    theirs = [newest_link(mailbox, THIEF), newest_link(mailbox, "another.thief@example.org")]

    press(first)
    for link in theirs:
        assert press(link).status_code == 404

    assert User.objects.get().email == ALICE
    assert not Authenticator.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_owner_hears_in_the_old_mailbox_of_what_the_thief_does_next(thief: App, mailbox: MailReceiver) -> None:
    moves_to(thief, THIEF)
    before = len(mailbox.sent_to(ALICE))

    switches_code_on(thief)

    assert len(mailbox.sent_to(ALICE)) > before
    press(newest_link(mailbox))
    assert (User.objects.get().email, Authenticator.objects.count()) == (ALICE, 0)


@pytest.mark.django_db(transaction=True)
def test_somebody_elses_second_factor_goes_and_the_own_comes_back(
    phone: App, mailbox: MailReceiver, alice: User
) -> None:
    phone.ask_again()
    switches_code_on(phone)
    phone.get("account/authenticators/recovery-codes")
    mine = {factor.type: factor.data for factor in Authenticator.objects.all()}

    assert phone.send("DELETE", "account/authenticators/totp").status == 200
    link = newest_link(mailbox)
    switches_code_on(phone)
    press(link)

    restored = {factor.type: factor.data for factor in Authenticator.objects.all()}
    assert restored.keys() == mine.keys()
    assert restored["totp"]["secret"] == mine["totp"]["secret"]
    assert not phone.is_signed_in()


@pytest.mark.django_db(transaction=True)
def test_every_mail_about_a_factor_has_the_link_and_none_about_a_password(phone: App, mailbox: MailReceiver) -> None:
    phone.ask_again()
    switches_code_on(phone)
    assert newest_link(mailbox)
    phone.send("POST", "account/authenticators/recovery-codes")
    assert newest_link(mailbox)

    phone.post("account/password/change", current_password=PASSWORD, new_password=OTHER_PASSWORD)

    mail = mailbox.sent_to(ALICE)[-1]
    assert "/undo/" not in mail.text
    assert "recovery codes" in mail.text
    assert SUPPORT in mail.text
