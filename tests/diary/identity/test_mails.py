"""The mails about accounts."""

from datetime import UTC, datetime
from pathlib import Path

import allauth
import pytest
from django.utils.html import escape

from diary.identity.mails import CHANGE_REQUESTED, LETTERS, identity_mail
from diary.identity.provisioning import register
from tests.diary.identity.app import OTHER_PASSWORD, PASSWORD, App
from tests.receiver import MailReceiver

ALICE = "alice@example.org"
CONTEXT = {
    "code": "BCDF-GHJK",
    "timestamp": datetime(2026, 3, 29, 3, 0, tzinfo=UTC),
    "ip": "198.51.100.7",
    "from_email": "<b>@example.org",
    "to_email": "alice.new@example.org",
    "deleted_email": "alice.old@example.org",
}
NOT_SENT = {
    "account/email/login_code": "signing in by code is off",
    "account/email/password_reset_key": "resets go by code, not by link",
}


def test_every_mail_that_allauth_can_send_is_written() -> None:
    templates = Path(allauth.__file__).parent / "templates"
    known = {
        str(path.relative_to(templates)).removesuffix("_subject.txt")
        for application in ("account", "mfa")
        for path in (templates / application / "email").glob("*_subject.txt")
    }

    assert known - NOT_SENT.keys() == LETTERS.keys() - {CHANGE_REQUESTED}


@pytest.mark.parametrize("name", LETTERS)
def test_each_reads_the_same_as_text_and_as_html(name: str) -> None:
    mail = identity_mail(name=name, to=[ALICE], context=CONTEXT, headers={})

    html = str(mail.alternatives[0][0])
    for paragraph in (str(LETTERS[name].before).format_map(CONTEXT), str(LETTERS[name].after)):
        assert paragraph in mail.body
        assert escape(paragraph) in html
    assert "\n" not in mail.subject
    assert "{" not in mail.body


def test_a_code_stands_out_and_what_somebody_wrote_is_escaped() -> None:
    code = identity_mail(name="account/email/password_reset_code", to=[ALICE], context=CONTEXT, headers={})
    change = identity_mail(name="account/email/email_changed", to=[ALICE], context=CONTEXT, headers={})

    assert "\n    BCDF-GHJK\n" in code.body
    assert "<b>@example.org" not in str(change.alternatives[0][0])
    assert "29 March 2026, 03:00 UTC" in change.body


def test_the_html_fits_a_phone_and_a_dark_screen() -> None:
    html = str(
        identity_mail(name="account/email/email_confirmation", to=[ALICE], context=CONTEXT, headers={}).alternatives
    )

    assert "width=device-width" in html
    assert "prefers-color-scheme: dark" in html


@pytest.mark.django_db
def test_a_password_can_be_changed_while_the_mail_server_is_down(mailbox: MailReceiver) -> None:
    user = register(email=ALICE, password=PASSWORD, now=datetime.now(UTC))
    device = App(mailbox)
    device.sign_in(ALICE)
    mailbox.before_answer = lambda _: "451 Try again later"

    device.post("account/password/change", current_password=PASSWORD, new_password=OTHER_PASSWORD)

    user.refresh_from_db()
    assert user.check_password(OTHER_PASSWORD)
