"""What was begun before a change of password, address or second factor, or a sign-out everywhere, ends with it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.internal.flows.email_verification_by_code import (
    EMAIL_VERIFICATION_CODE_SESSION_KEY,
    EmailVerificationProcess,
)
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.models import EmailAddress, Login
from allauth.account.stages import EmailVerificationStage
from cryptography.fernet import InvalidToken
from django.utils import timezone

from diary.account.erase import Asker, confirm_erasure, request_erasure
from diary.identity.adapters import AccountAdapter
from diary.identity.provisioning import issue_token
from diary.identity.sessions import SessionStore, token_digest
from diary.models import ErasureRequest, Patient, Session, User
from diary.sealing import opened
from tests.diary.identity.app import OTHER_PASSWORD, PASSWORD, App
from tests.diary.identity.beginnings import (
    ALICE,
    CHANGES,
    CHARLIES,
    ENDING_LINKS,
    NEW,
    PENDING,
    STOLEN,
    Account,
    account_with_a_second_factor,
    asked_for_a_reset,
    asked_to_be_erased,
    changes_the_address_on_the_phone,
    passkey_added,
    password_changed,
    recovery_codes_renewed,
    second_factor_switched_off,
)
from tests.receiver import MailReceiver

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(mailbox: MailReceiver) -> Account:
    return account_with_a_second_factor(mailbox)


@pytest.mark.parametrize("begun", PENDING)
def test_what_was_begun_can_be_completed(alice: Account, begun: Callable[[Account], Callable[[], bool]]) -> None:
    completes = begun(alice)

    assert completes()


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("begun", PENDING)
def test_what_was_begun_before_a_change_ends_with_it(
    alice: Account, begun: Callable[[Account], Callable[[], bool]], change: Callable[[Account], None]
) -> None:
    completes = begun(alice)
    change(alice)
    before = alice.user

    assert not completes()

    assert (alice.user.email, alice.user.password) == (before.email, before.password)
    assert User.objects.filter(email=STOLEN).count() == 0


@pytest.mark.parametrize("change", CHANGES)
def test_links_in_messages_end_with_a_new_password_or_address_and_not_with_a_second_factor(
    alice: Account, change: Callable[[Account], None]
) -> None:
    before = alice.user.links_epoch

    change(alice)

    assert (alice.user.links_epoch > before) == (change in ENDING_LINKS)


@pytest.mark.parametrize("change", [passkey_added, second_factor_switched_off, recovery_codes_renewed])
def test_the_device_that_changes_a_second_factor_stays_signed_in_and_all_others_do_not(
    alice: Account, change: Callable[[Account], None]
) -> None:
    tablet, token = alice.app(), alice.phone.token
    tablet.token = issue_token(user=alice.user, now=timezone.now())

    change(alice)

    assert alice.phone.is_signed_in()
    assert alice.phone.token == token
    assert not tablet.is_signed_in()
    assert Session.objects.filter(user=alice.user).count() == 1


def test_the_device_that_changes_the_address_stays_signed_in_and_all_others_do_not(alice: Account) -> None:
    tablet = alice.app()
    tablet.token = issue_token(user=alice.user, now=timezone.now())
    alice.phone.post("account/email", email=NEW)

    alice.phone.confirm(NEW)

    assert alice.phone.is_signed_in()
    assert not tablet.is_signed_in()


def test_looking_at_second_factors_and_renaming_one_end_nothing(alice: Account) -> None:
    passkey_added(alice)
    key = next(one for one in alice.phone.get("account/authenticators").json["data"] if one["type"] == "webauthn")
    tablet = alice.app()
    tablet.token = issue_token(user=alice.user, now=timezone.now())

    alice.phone.get("account/authenticators/totp")
    alice.phone.get("account/authenticators/recovery-codes")
    alice.phone.send("PUT", "account/authenticators/webauthn", {"id": key["id"], "name": "Blue key"})
    alice.phone.post("account/authenticators/totp", code="000000")

    assert tablet.is_signed_in()


def test_who_takes_over_an_old_mailbox_gets_nothing_from_the_code_in_it(alice: Account) -> None:
    """Charlie asked for a reset while the old mailbox was Alice's, and reads it once she has left it."""
    second_factor_switched_off(alice)
    charlie = alice.app()
    charlie.post("auth/password/request", email=ALICE)
    code = alice.mailbox.code_for(ALICE)
    alice.phone.post("account/email", email=NEW)
    alice.phone.confirm(NEW)
    alice.phone.post("account/password/change", current_password=PASSWORD, new_password=OTHER_PASSWORD)

    answer = charlie.post("auth/password/reset", key=code, password=CHARLIES)

    assert answer.status == 409
    assert not charlie.is_signed_in()
    assert alice.user.email == NEW
    assert App(alice.mailbox).sign_in(NEW, OTHER_PASSWORD).status == 200
    assert App(alice.mailbox).sign_in(ALICE, CHARLIES).status == 400


def test_a_sign_in_whose_password_changes_meanwhile_does_not_even_wait_for_its_second_factor(
    alice: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    authenticate = AccountAdapter.authenticate

    def changed_just_after(*args: Any, **kwargs: Any) -> User | None:
        found = authenticate(*args, **kwargs)
        elsewhere = alice.user
        elsewhere.set_password(OTHER_PASSWORD)
        elsewhere.save()
        return found

    monkeypatch.setattr(AccountAdapter, "authenticate", changed_just_after)
    device = alice.app()

    assert device.sign_in(ALICE).status == 410
    assert not device.token


def test_a_change_of_the_password_does_not_undo_one_that_was_made_meanwhile(
    alice: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean_password = AccountAdapter.clean_password

    def reset_just_before(*args: Any, **kwargs: Any) -> str:
        elsewhere = alice.user
        elsewhere.set_password(OTHER_PASSWORD)
        elsewhere.save()
        return clean_password(*args, **kwargs)

    monkeypatch.setattr(AccountAdapter, "clean_password", reset_just_before)

    answer = alice.phone.post("account/password/change", current_password=PASSWORD, new_password=CHARLIES)

    assert answer.status == 410
    assert not alice.user.check_password(CHARLIES)


def test_a_second_code_can_be_asked_for_after_the_change(alice: Account) -> None:
    device = alice.app()
    device.post("auth/password/request", email=ALICE)
    password_changed(alice)

    device.post("auth/password/request", email=ALICE)
    answer = device.post("auth/password/reset", key=alice.mailbox.code_for(ALICE), password=CHARLIES)

    assert answer.pending == {"mfa_authenticate"}
    assert alice.user.check_password(CHARLIES)


def test_an_account_that_was_closed_is_not_opened_by_a_code_asked_for_before(alice: Account) -> None:
    completes = asked_for_a_reset(alice)
    User.objects.update(is_active=False)

    assert not completes()


def test_being_erased_can_be_asked_for_again_right_after_a_change(alice: Account) -> None:
    asked_to_be_erased(alice)
    recovery_codes_renewed(alice)
    asker = Asker(alice.user.pk, token_digest(alice.phone.token))

    request_erasure(asker=asker, now=timezone.now())

    assert len([mail for mail in alice.mailbox.sent_to(ALICE) if "erase" in mail.text]) == 2
    assert confirm_erasure(user_id=alice.user.pk, code=alice.mailbox.code_for(ALICE), now=timezone.now())


def test_no_code_and_no_new_secret_is_readable_in_a_stored_session(alice: Account) -> None:
    second_factor_switched_off(alice)
    secret = alice.phone.get("account/authenticators/totp").json["meta"]["secret"]
    asked_for_a_reset(alice)
    reset_code = alice.mailbox.code_for(ALICE)
    changes_the_address_on_the_phone(alice)

    stored = " ".join(json.dumps(SessionStore().decode(row.session_data)) for row in Session.objects.all())

    assert stored.count('"user_id"') >= 2
    for code in (reset_code, alice.mailbox.code_for(STOLEN), secret):
        assert code not in stored


def test_the_request_to_be_erased_knows_where_its_code_went(alice: Account) -> None:
    asked_to_be_erased(alice)

    asked = ErasureRequest.objects.get()
    assert (asked.credentials_epoch, asked.sent_to) == (alice.user.credentials_epoch, ALICE)


def test_a_sign_up_begun_with_the_release_before_is_finished(mailbox: MailReceiver) -> None:
    """It made the account first, and the session named it."""
    user = User.objects.create_user(ALICE, PASSWORD)
    Patient.objects.create(user=user)
    EmailAddress.objects.create(user=user, email=ALICE, primary=True, verified=False)
    stages = {"current": EmailVerificationStage.key}
    session = SessionStore()
    session[LOGIN_SESSION_KEY] = Login(user=user, email=ALICE, signup=True, state={"stages": stages}).serialize()
    code = EmailVerificationProcess.initial_state(user, ALICE) | {"code": "BCDF-BCDF"}
    session[EMAIL_VERIFICATION_CODE_SESSION_KEY] = code
    session.save()
    device = App(mailbox)
    device.token = session.session_key or ""

    assert device.post("auth/email/verify", key="BCDF-BCDF").status == 200
    assert device.is_signed_in()


def test_the_release_before_takes_a_sign_up_begun_with_this_one_for_over(mailbox: MailReceiver) -> None:
    """It opened whatever code there was, and forgot what it could not open."""
    device = App(mailbox)
    device.sign_up(ALICE)
    kept = Session.objects.get().get_decoded()[EMAIL_VERIFICATION_CODE_SESSION_KEY]

    with pytest.raises(InvalidToken):
        opened(kept["code"].encode())
