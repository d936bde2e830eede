"""A phone number for alerts: proved by a code that is sent there, and used to annoy no one."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from diary.account.erase import erase
from diary.models import Phone, SentCode
from diary.reaching.phones import ATTEMPTS, MOST, proved_number
from diary.reaching.sms.letters import BASIC
from tests.alerts.channels.twilio_double import form, refused
from tests.cast import Person, send
from tests.diary.identity.database import everything_stored
from tests.diary.reaching.codes import NUMBER, ask, code_sent, prove, wrong
from tests.diary.spending import budgets_of
from tests.web_receiver import WebReceiver, reply

pytestmark = pytest.mark.django_db
OTHER = "+34600000002"


def later(**by: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**by), tick=False)


def test_a_code_proves_the_number(alice: Person, provider: WebReceiver) -> None:
    asked = ask(alice)
    assert (asked.status, asked.body["number"], asked.body["asked_number"]) == (202, None, NUMBER)
    assert proved_number(user_id=alice.id) is None
    assert form(provider.received[0])["To"] == NUMBER
    proved = prove(alice, code_sent(provider))
    assert (proved.status, proved.body["number"], proved.body["asked_number"]) == (200, NUMBER, None)
    assert alice.get("preferences/phone").body == proved.body
    assert proved_number(user_id=alice.id) == NUMBER


def test_the_sms_says_what_the_code_is_for_and_nothing_of_health(alice: Person, provider: WebReceiver) -> None:
    ask(alice)
    text = form(provider.received[0])["Body"]
    assert re.fullmatch(r"\d{6} is your code for 127\.0\.0\.1\. If you didn't ask for it, ignore this message\.", text)
    assert len(text) <= 160


@pytest.mark.parametrize("language", ["de", "es", "fr"])
def test_the_sms_is_one_message_in_the_language_of_the_account(
    alice: Person, provider: WebReceiver, language: str
) -> None:
    alice.patch("preferences", {"language": language})
    ask(alice)
    text = form(provider.received[0])["Body"]
    assert code_sent(provider) in text
    assert "is your code" not in text
    assert len(text) <= 160
    assert set(text) <= BASIC


def test_the_number_so_far_stays_until_the_new_one_is_proved(alice: Person, provider: WebReceiver) -> None:
    ask(alice)
    prove(alice, code_sent(provider))
    ask(alice, OTHER)
    assert proved_number(user_id=alice.id) == NUMBER
    prove(alice, code_sent(provider))
    assert proved_number(user_id=alice.id) == OTHER


def test_a_code_is_good_for_the_number_it_went_to_and_once(alice: Person, provider: WebReceiver) -> None:
    ask(alice)
    first = code_sent(provider)
    ask(alice, OTHER)
    second = code_sent(provider)
    assert prove(alice, first).status == (200 if first == second else 403)
    assert prove(alice, second).status == 200
    assert prove(alice, second).status == 403


def test_a_code_is_good_for_one_account_only(alice: Person, charlie: Person, provider: WebReceiver) -> None:
    ask(alice)
    assert prove(charlie, code_sent(provider)).status == 403
    assert proved_number(user_id=charlie.id) is None


def test_a_code_bears_five_guesses(alice: Person, provider: WebReceiver) -> None:
    ask(alice)
    code = code_sent(provider)
    assert {prove(alice, wrong(code)).status for _ in range(ATTEMPTS)} == {403}
    refusal = prove(alice, code)
    assert (refusal.status, refusal.body["detail"]) == (403, "The code is wrong or has expired.")


@pytest.mark.parametrize(("minutes", "status"), [(9.9, 200), (10, 403)])
def test_a_code_is_good_for_ten_minutes(alice: Person, provider: WebReceiver, minutes: float, status: int) -> None:
    with later():
        ask(alice)
    with later(minutes=minutes):
        assert prove(alice, code_sent(provider)).status == status
    with later(minutes=10):
        assert alice.get("preferences/phone").body["asked_number"] is None


def test_codes_are_stored_hashed(alice: Person, provider: WebReceiver) -> None:
    ask(alice)
    stored = everything_stored()
    assert code_sent(provider) not in re.findall(r"(?<!\d)\d{6}(?!\d)", stored)
    assert SentCode.objects.get().number_digest not in (NUMBER, "")


def test_a_request_whose_answer_was_lost_sends_one_code(alice: Person, provider: WebReceiver) -> None:
    first, again = ask(alice), ask(alice)
    assert (again.status, again.body, len(provider.received)) == (202, first.body, 1)


def test_asking_for_the_proved_number_again_changes_nothing(alice: Person, provider: WebReceiver) -> None:
    ask(alice)
    prove(alice, code_sent(provider))
    with later(minutes=5):
        answer = ask(alice)
    assert (answer.status, answer.body["number"], len(provider.received)) == (202, NUMBER, 1)


def test_an_account_has_few_codes_sent_in_a_day(alice: Person, provider: WebReceiver) -> None:
    answers = [ask(alice, f"+3460000001{last}") for last in range(MOST + 1)]
    assert [answer.status for answer in answers] == [202] * MOST + [429]
    assert 23 * 3600 < int(answers[-1].headers["Retry-After"]) <= 24 * 3600
    assert alice.delete("preferences/phone").status == 204
    assert ask(alice).status == 429, "removing a number begins no new day"
    with later(days=1):
        assert ask(alice).status == 202
    assert len(provider.received) == MOST + 1


def test_nobody_can_be_bombed_through_many_accounts_and_nobody_is_told(db: None, provider: WebReceiver) -> None:
    people = [Person(f"Stranger{number}") for number in range(MOST + 2)]
    answers = [ask(person) for person in people]
    assert {answer.status for answer in answers} == {202}
    assert {answer.body["asked_number"] for answer in answers} == {NUMBER}
    assert len(provider.received) == MOST
    with later(days=1):
        ask(people[-1])
    assert len(provider.received) == MOST + 1
    assert SentCode.objects.count() == 1, "yesterday's are forgotten"


def test_two_people_may_share_a_number(alice: Person, bob: Person, provider: WebReceiver) -> None:
    for person in (alice, bob):
        answer = ask(person)
        assert (answer.status, answer.body["asked_number"]) == (202, NUMBER)
        assert prove(person, code_sent(provider)).status == 200


@pytest.mark.parametrize("number", ["0600000001", "+0600000001", "+34 600", "+346", "+3460000000123456", f"{NUMBER}\n"])
def test_only_international_numbers_are_taken(alice: Person, provider: WebReceiver, number: str) -> None:
    answer = ask(alice, number)
    assert (answer.status, answer.pointers) == (400, {"/number"})
    assert not provider.received


def test_numbers_of_countries_that_are_not_sent_to_are_refused(
    alice: Person, provider: WebReceiver, settings: Settings
) -> None:
    settings.SMS_PREFIXES = ["+34", "+49"]
    assert ask(alice, "+8812345678").pointers == {"/number"}
    assert ask(alice).status == 202


def test_without_a_provider_no_number_is_taken(alice: Person, settings: Settings) -> None:
    assert ask(alice).status == 409
    assert not Phone.objects.exists()


def test_while_the_provider_is_down_nothing_is_asked(alice: Person, provider: WebReceiver) -> None:
    provider.script = [reply(503)]
    answer = ask(alice)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert alice.get("preferences/phone").body["asked_number"] is None


def test_a_number_that_takes_no_sms_is_refused(alice: Person, provider: WebReceiver) -> None:
    provider.script = [refused(21614)]
    assert ask(alice).pointers == {"/number"}


def test_a_removed_number_is_gone(alice: Person, provider: WebReceiver) -> None:
    ask(alice)
    prove(alice, code_sent(provider))
    assert [alice.delete("preferences/phone").status for _ in range(2)] == [204, 204]
    assert alice.get("preferences/phone").body == {
        "number": None,
        "verified_at": None,
        "asked_number": None,
        "code_expires_at": None,
        "suspended": False,
    }


def test_an_erased_account_leaves_no_number(alice: Person, provider: WebReceiver) -> None:
    ask(alice)
    prove(alice, code_sent(provider))
    erase(user_id=alice.id, now=timezone.now())
    assert NUMBER not in everything_stored()


def test_it_is_for_the_signed_in_only(db: None) -> None:
    assert send("GET", "preferences/phone").status == 401
    assert send("GET", "push-key").status == 401


@pytest.mark.parametrize(
    "row",
    [
        {"number": NUMBER},
        {"number": "0600", "verified_at": timezone.now()},
        {"asked_number": NUMBER},
    ],
)
def test_the_database_holds_no_number_that_was_not_proved(alice: Person, row: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Phone.objects.create(user=alice.user, **row)


@pytest.mark.parametrize(
    "number",
    ["+34803123456", "+34902123456", "+447011123456", "+881612345678", "+979123456789", "+3460000", "+34999999999"],
)
def test_numbers_that_cost_extra_or_are_of_no_plan_are_refused(
    alice: Person, provider: WebReceiver, settings: Settings, number: str
) -> None:
    settings.SMS_PREFIXES = ["+34", "+44", "+88", "+97"]
    assert ask(alice, number).pointers == {"/number"}
    assert provider.received == []


def test_one_network_has_few_codes_sent_however_many_accounts_it_has(
    provider: WebReceiver, settings: Settings, db: None
) -> None:
    budgets_of(settings, sms_network=4)
    answers = [ask(Person(f"Charlie{number}"), f"+3460000{number:04}") for number in range(10)]
    assert [answer.status for answer in answers] == [202] * 4 + [429] * 6
    assert len(provider.received) == 4
    assert 5 * 3600 < int(answers[-1].headers["Retry-After"]) <= 6 * 3600


def test_the_whole_service_has_so_many_sent_in_a_day(provider: WebReceiver, settings: Settings, db: None) -> None:
    budgets_of(settings, sms=3)
    answers = [ask(Person(f"Charlie{number}"), f"+3460000{number:04}").status for number in range(5)]
    assert answers == [202] * 3 + [429] * 2


def test_a_code_that_was_refused_is_not_counted_for_the_account(
    alice: Person, provider: WebReceiver, settings: Settings
) -> None:
    budgets_of(settings, sms=1)
    ask(alice, OTHER)
    for _ in range(MOST):
        assert ask(alice).status == 429
    assert (Phone.objects.get().codes_sent, Phone.objects.get().asked_number) == (1, OTHER)


def test_while_nobody_counts_no_code_is_sent(
    alice: Person, provider: WebReceiver, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    budgets_of(settings)
    monkeypatch.setattr("diary.limits.buckets.Buckets.asked", lambda *_: None)
    answer = ask(alice)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert provider.received == []
