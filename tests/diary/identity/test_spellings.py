"""One mailbox is one account, and one password one password, however they are typed."""

from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.test import override_settings

from diary.identity.provisioning import issue_token, register
from diary.models import User
from tests.cast import send
from tests.diary.identity.app import OTHER_PASSWORD, PASSWORD, App
from tests.diary.identity.hashing import CountingHasher
from tests.receiver import MailReceiver

ALICE = "alice@example.org"
BOB, STORED = "bob@bücher.example", "bob@xn--bcher-kva.example"
COMPOSED, DECOMPOSED = "pässword für alle", "pa\u0308ssword fu\u0308r alle"
NOW = datetime(2026, 3, 29, 3, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> User:
    return register(email=BOB, password=PASSWORD, now=NOW)


def hashed_as_typed(password: str) -> User:
    """An account from before passwords had a normal form."""
    alice = register(email=ALICE, password=None, now=NOW)
    User.objects.filter(pk=alice.pk).update(password=make_password(password))
    return alice


@pytest.mark.parametrize(
    "spelling", [BOB, STORED, "Bob@BÜCHER.example", "bob@bu\u0308cher.example", f" {STORED.upper()} "]
)
def test_both_spellings_of_a_domain_sign_in(bob: User, mailbox: MailReceiver, spelling: str) -> None:
    assert App(mailbox).sign_in(spelling).status == 200


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (BOB, STORED),
        (STORED, BOB),
        (ALICE, "alice@exa\u00admple.org"),
        (ALICE, "ａlice@example.org"),
        (ALICE, "alice@example。org"),
        (ALICE, '"alice"@example.org'),
    ],
)
def test_signing_up_again_with_another_spelling_makes_no_second_account(
    mailbox: MailReceiver, first: str, second: str
) -> None:
    device = App(mailbox)
    device.sign_up(first)
    (sent,) = mailbox.received
    device.confirm(sent.recipients[0])

    App(mailbox).sign_up(second, OTHER_PASSWORD)

    assert User.objects.get().check_password(PASSWORD)
    assert EmailAddress.objects.count() == 1


def test_a_known_domain_in_its_other_spelling_gets_the_same_answer(bob: User, mailbox: MailReceiver) -> None:
    known = App(mailbox).sign_up(BOB, OTHER_PASSWORD)
    unknown = App(mailbox).sign_up("dana@bücher.example", OTHER_PASSWORD)

    assert known.status == unknown.status == 401
    assert known.without_token == unknown.without_token
    assert "already has an account" in mailbox.sent_to(STORED)[-1].text


def test_a_reset_goes_to_the_mailbox_that_was_proved_and_to_no_other(mailbox: MailReceiver) -> None:
    """A mail to `straße.example` would be sent to `strasse.example` (IDNA 2003), which may have another owner."""
    register(email="bob@straße.example", password=PASSWORD, now=NOW)
    device = App(mailbox)

    device.post("auth/password/request", email="bob@straße.example")

    assert [received.recipients for received in mailbox.received] == [("bob@xn--strae-oqa.example",)]
    code = mailbox.code_for("bob@xn--strae-oqa.example")
    assert device.post("auth/password/reset", key=code, password=OTHER_PASSWORD).status == 200


def test_another_spelling_wins_no_more_tries(bob: User, mailbox: MailReceiver) -> None:
    device = App(mailbox)
    for spelling in (BOB, STORED, "bob@BÜCHER.example", BOB, STORED):
        device.sign_in(spelling, OTHER_PASSWORD)

    assert device.sign_in(BOB).status == 429


def test_an_address_is_changed_to_a_mailbox_and_shown_as_it_is_written(mailbox: MailReceiver) -> None:
    register(email=ALICE, password=PASSWORD, now=NOW)
    device = App(mailbox)
    device.sign_in(ALICE)
    device.ask_again()

    device.post("account/email", email="alice@bücher.example")
    device.confirm("alice@xn--bcher-kva.example")

    assert User.objects.get().email == "alice@xn--bcher-kva.example"
    assert "from alice@example.org to alice@bücher.example" in " ".join(mailbox.sent_to(ALICE)[-1].text.split())
    assert device.get("auth/session").json["data"]["user"]["display"] == "alice@bücher.example"


@pytest.mark.parametrize("email", ["a@localhost", "a@[127.0.0.1]", "a@127.0.0.1", "a@printer.local", "a@i❤.ws"])
def test_an_address_that_mail_from_the_internet_does_not_reach_is_refused(mailbox: MailReceiver, email: str) -> None:
    answer = App(mailbox).sign_up(email)

    assert (answer.status, answer.json["errors"][0]["pointer"]) == (400, "/email")


@pytest.mark.parametrize(
    ("chosen", "typed"), [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED), (PASSWORD, f" {PASSWORD} ")]
)
def test_a_password_opens_on_every_keyboard(mailbox: MailReceiver, chosen: str, typed: str) -> None:
    device = App(mailbox)
    device.sign_up(ALICE, chosen)
    device.confirm(ALICE)

    assert App(mailbox).sign_in(ALICE, typed).status == 200
    assert device.ask_again(typed).status == 200
    assert send("DELETE", "account", {"password": typed}, Authorization=f"Bearer {device.token}").status == 202


@pytest.mark.parametrize("typed", [DECOMPOSED, "ｃｏｒｒｅｃｔ　ｈｏｒｓｅ"])
def test_a_password_hashed_as_it_was_typed_still_opens_and_is_hashed_anew(mailbox: MailReceiver, typed: str) -> None:
    alice = hashed_as_typed(typed)
    token = issue_token(user=alice, now=datetime.now(UTC))

    assert App(mailbox).sign_in(ALICE, typed).status == 200

    other_keyboard = App(mailbox)
    assert other_keyboard.sign_in(ALICE, typed.replace("a\u0308", "ä").replace("u\u0308", "ü")).status == 200
    other_keyboard.token = token
    assert other_keyboard.is_signed_in()  # a better hash of the same password ends no session


def test_a_wrong_password_opens_nothing_in_either_form(mailbox: MailReceiver) -> None:
    hashed_as_typed(DECOMPOSED)

    assert App(mailbox).sign_in(ALICE, DECOMPOSED.upper()).status == 400
    assert not User.objects.get().check_password(None)


def test_a_password_that_is_soon_guessed_is_so_in_any_spelling(mailbox: MailReceiver) -> None:
    answer = App(mailbox).sign_up(ALICE, "ｐａｓｓｗｏｒｄ１２３")

    assert (answer.status, answer.json["errors"][0]["pointer"]) == (400, "/password")


@override_settings(PASSWORD_HASHERS=["tests.diary.identity.hashing.CountingHasher"])
@pytest.mark.parametrize("step", ["sign_up", "sign_in"])
def test_known_and_unknown_addresses_take_the_same_work_for_such_a_password(mailbox: MailReceiver, step: str) -> None:
    register(email=ALICE, password=PASSWORD, now=NOW)

    def work(email: str) -> int:
        before = CountingHasher.worked
        getattr(App(mailbox), step)(email, DECOMPOSED)
        return CountingHasher.worked - before

    assert work(ALICE) == work("charlie@example.org") > 0
