"""No one's mailbox is flooded with codes, whoever asks for them and however its address is spelled."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from diary.identity.provisioning import register
from tests.diary.identity.app import PASSWORD, Answer, App
from tests.diary.spending import budgets_of, forget_rate_limits
from tests.receiver import MailReceiver

ALICE = "alice@example.org"
CHARLIE = "charlie@example.org"
NEW = "alice.new@example.org"

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(mailbox: MailReceiver) -> App:
    """Alice's, signed in."""
    register(email=ALICE, password=PASSWORD, now=datetime.now(UTC))
    device = App(mailbox)
    device.sign_in(ALICE)
    return device


def reset(mailbox: MailReceiver, email: str, *, network: str = "198.51.100.7") -> Answer:
    forget_rate_limits()  # a minute later
    return App(mailbox, network).post("auth/password/request", email=email)


def test_resets_for_ever_fill_no_mailbox(phone: App, mailbox: MailReceiver, settings: Settings) -> None:
    budgets_of(settings, mail_mailbox=4)
    answers = [reset(mailbox, ALICE, network=f"198.51.{number}.7") for number in range(12)]
    assert {answer.status for answer in answers} == {401}
    assert len(mailbox.sent_to(ALICE)) == 4


def test_nor_do_tags_and_dots(mailbox: MailReceiver, settings: Settings) -> None:
    budgets_of(settings, mail_mailbox=4)
    spellings = [f"char.lie+{number}@example.org" for number in range(6)] + ["C.harlie@example.org"]
    for email in spellings:
        reset(mailbox, email)
        App(mailbox).sign_up(email)
    assert sum(len(mailbox.sent_to(email.lower())) for email in spellings) == 4


def test_over_the_budget_known_and_unknown_addresses_are_still_alike(
    phone: App, mailbox: MailReceiver, settings: Settings
) -> None:
    budgets_of(settings, mail_mailbox=1)
    for email in (ALICE, CHARLIE):
        reset(mailbox, email)
    resets = [reset(mailbox, email) for email in (ALICE, CHARLIE)]
    assert resets[0].without_token == resets[1].without_token
    sign_ups = [App(mailbox).sign_up(email) for email in (ALICE, CHARLIE)]
    assert sign_ups[0].without_token == sign_ups[1].without_token
    assert [len(mailbox.sent_to(email)) for email in (ALICE, CHARLIE)] == [1, 1]


def test_the_answer_over_the_budget_is_the_one_below_it(phone: App, mailbox: MailReceiver, settings: Settings) -> None:
    budgets_of(settings, mail_mailbox=1)
    first, second = (reset(mailbox, ALICE) for _ in range(2))
    assert (first.status, first.without_token) == (second.status, second.without_token)


def test_one_network_does_not_keep_the_owner_from_their_mailbox(
    phone: App, mailbox: MailReceiver, settings: Settings
) -> None:
    budgets_of(settings, mail_mailbox=4, mail_mailbox_network=2)
    for _ in range(5):
        reset(mailbox, ALICE)
    assert len(mailbox.sent_to(ALICE)) == 2
    reset(mailbox, ALICE, network="203.0.113.9")
    assert len(mailbox.sent_to(ALICE)) == 3


@pytest.mark.parametrize("budget", ["mail_network", "mail"])
def test_nor_does_it_mail_the_whole_world(mailbox: MailReceiver, settings: Settings, budget: str) -> None:
    budgets_of(settings, **{budget: 3})
    people = [f"patient{number}@example.org" for number in range(6)]
    for email in people:
        reset(mailbox, email)
    assert [len(mailbox.sent_to(email)) for email in people] == [1, 1, 1, 0, 0, 0]


def test_notices_of_changes_come_however_many_codes_were_asked_for(
    phone: App, mailbox: MailReceiver, settings: Settings
) -> None:
    budgets_of(settings, mail_mailbox=1, mail=1)
    reset(mailbox, ALICE)
    phone.post("account/password/change", current_password=PASSWORD, new_password="an entirely different secret")
    assert "Your password was changed" in mailbox.sent_to(ALICE)[-1].text


def test_who_is_signed_in_is_told_when_to_come_back(phone: App, mailbox: MailReceiver, settings: Settings) -> None:
    budgets_of(settings, mail_mailbox=1)
    reset(mailbox, NEW)
    phone.ask_again()
    answer = phone.post("account/email", email=NEW)
    assert (answer.status, answer.headers["Content-Type"]) == (429, "application/problem+json")
    assert 23 * 3600 < int(answer.headers["Retry-After"]) <= 24 * 3600
    assert phone.get("auth/session").json["data"]["user"]["email"] == ALICE
    assert [one["email"] for one in phone.get("account/email").json["data"]] == [ALICE], "nothing was changed"


def test_without_redis_codes_come_all_the_same(
    mailbox: MailReceiver, settings: Settings, app: Callable[[], App], monkeypatch: pytest.MonkeyPatch
) -> None:
    budgets_of(settings, mail_mailbox=1)
    monkeypatch.setattr("diary.limits.buckets.Buckets.asked", lambda *_: None)
    for _ in range(2):
        reset(mailbox, CHARLIE)
    assert len(mailbox.sent_to(CHARLIE)) == 2
