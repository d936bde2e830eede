"""What can be under way for an account, and what ends it: each begins something, or changes something, for Alice.

Whatever begins something gives the way to complete it, which says whether it went through.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.utils import timezone

from diary.account.erase import Asker, asked_already, confirm_erasure, request_erasure
from diary.identity.provisioning import issue_token, register, sign_out_everywhere
from diary.identity.sessions import token_digest
from diary.models import User
from tests.diary.identity.app import OTHER_PASSWORD, PASSWORD, App
from tests.diary.identity.authenticator import code_of
from tests.diary.identity.passkey import Passkey
from tests.receiver import MailReceiver

ALICE = "alice@example.org"
NEW = "alice.new@example.org"
STOLEN = "charlie@example.org"
CHARLIES = "a password of Charlie's own"


@dataclass
class Account:
    """Alice's account with an authenticator app, her phone, and the mailboxes beside it."""

    mailbox: MailReceiver
    phone: App
    secret: str

    @property
    def user(self) -> User:
        return User.objects.get()

    def app(self) -> App:
        return App(self.mailbox)


def account_with_a_second_factor(mailbox: MailReceiver) -> Account:
    """Alice's, and her phone that has just given the password again."""
    register(email=ALICE, password=PASSWORD, now=datetime.now(UTC))
    phone = App(mailbox)
    phone.sign_in(ALICE)
    phone.ask_again()
    secret = phone.get("account/authenticators/totp").json["meta"]["secret"]
    assert phone.post("account/authenticators/totp", code=code_of(secret)).status == 200
    cache.clear()  # a code is good once; the next sign-in of a test may fall into the same half minute
    return Account(mailbox, phone, secret)


def asked_for_a_reset(alice: Account) -> Callable[[], bool]:
    device = alice.app()
    device.post("auth/password/request", email=ALICE)
    code = alice.mailbox.code_for(ALICE)
    return lambda: device.post("auth/password/reset", key=code, password=CHARLIES).status in {200, 401}


def entered_the_code_of_a_reset(alice: Account) -> Callable[[], bool]:
    """An app may check the code first and ask for the new password afterwards."""
    device = alice.app()
    device.post("auth/password/request", email=ALICE)
    code = alice.mailbox.code_for(ALICE)
    assert device.send("GET", "auth/password/reset", **{"X-Password-Reset-Key": code}).status == 200
    return lambda: device.post("auth/password/reset", key=code, password=CHARLIES).status in {200, 401}


def waits_for_the_second_factor(alice: Account) -> Callable[[], bool]:
    device = alice.app()
    assert device.sign_in(ALICE).pending == {"mfa_authenticate"}
    codes = alice.phone.get("account/authenticators/recovery-codes").json["data"]["unused_codes"]

    def complete() -> bool:
        tries = [device.post("auth/2fa/authenticate", code=code) for code in (code_of(alice.secret), codes[0])]
        return any(answer.status == 200 for answer in tries)

    return complete


def changes_the_address(alice: Account) -> Callable[[], bool]:
    """On a device of its own."""
    device = alice.app()
    device.token = issue_token(user=alice.user, now=timezone.now())
    device.ask_again()
    assert device.post("account/email", email=STOLEN).status == 200
    code = alice.mailbox.code_for(STOLEN)
    return lambda: device.post("auth/email/verify", key=code).status == 200


def changes_the_address_on_the_phone(alice: Account) -> Callable[[], bool]:
    """In the session that makes the change and goes on."""
    assert alice.phone.post("account/email", email=STOLEN).status == 200
    code = alice.mailbox.code_for(STOLEN)
    return lambda: alice.phone.post("auth/email/verify", key=code).status == 200


def asked_to_be_erased(alice: Account) -> Callable[[], bool]:
    user = alice.user
    asker = Asker(user.pk, token_digest(alice.phone.token))
    request_erasure(asker=asker, now=timezone.now())
    code = alice.mailbox.code_for(ALICE)

    def erased() -> bool:
        proved = asked_already(asker=asker, now=timezone.now())
        return confirm_erasure(user_id=user.pk, code=code, now=timezone.now()) or proved

    return erased


PENDING = [
    asked_for_a_reset,
    entered_the_code_of_a_reset,
    waits_for_the_second_factor,
    changes_the_address,
    changes_the_address_on_the_phone,
    asked_to_be_erased,
]


def password_changed(alice: Account) -> None:
    alice.phone.post("account/password/change", current_password=PASSWORD, new_password=OTHER_PASSWORD)


def address_changed(alice: Account) -> None:
    phone = alice.app()
    phone.token = issue_token(user=alice.user, now=timezone.now())
    phone.ask_again()
    phone.post("account/email", email=NEW)
    assert phone.confirm(NEW).status == 200
    assert alice.user.email == NEW


def passkey_added(alice: Account) -> None:
    options = alice.phone.get("account/authenticators/webauthn").json["data"]["creation_options"]["publicKey"]
    credential = Passkey("http://localhost").register(options)
    assert alice.phone.post("account/authenticators/webauthn", name="Key", credential=credential).status == 200


def second_factor_switched_off(alice: Account) -> None:
    assert alice.phone.send("DELETE", "account/authenticators/totp").status == 200
    assert not Authenticator.objects.exists()


def recovery_codes_renewed(alice: Account) -> None:
    assert alice.phone.post("account/authenticators/recovery-codes").status == 200


def signed_out_everywhere(alice: Account) -> None:
    sign_out_everywhere(user=alice.user)


def password_reset(alice: Account) -> None:
    device = alice.app()
    device.post("auth/password/request", email=ALICE)
    device.post("auth/password/reset", key=alice.mailbox.code_for(ALICE), password=OTHER_PASSWORD)
    assert alice.user.check_password(OTHER_PASSWORD)


CHANGES = [
    password_changed,
    address_changed,
    passkey_added,
    second_factor_switched_off,
    recovery_codes_renewed,
    signed_out_everywhere,
    password_reset,
]
ENDING_LINKS = [password_changed, address_changed, signed_out_everywhere, password_reset]
"""Those that say that a mailbox or a phone may be someone else's now."""
