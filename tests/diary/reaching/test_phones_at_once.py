"""Many requests about telephone numbers at the same moment: the limits hold all the same."""

from collections.abc import Callable

import pytest

from diary.models import Phone, SentCode
from diary.reaching.phones import ATTEMPTS, MOST
from tests.cast import Person
from tests.diary.at_once import at_once
from tests.diary.reaching.codes import NUMBER, ask, code_sent, prove, wrong
from tests.web_receiver import WebReceiver

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_account_cannot_have_more_codes_sent_by_asking_all_at_once(alice: Person, provider: WebReceiver) -> None:
    def asks(number: str) -> Callable[[], int]:
        return lambda: ask(alice, number).status

    statuses = at_once([asks(f"+3460000002{last}") for last in range(8)])
    assert sorted(statuses) == [202] * MOST + [429] * (8 - MOST)
    assert len(provider.received) == MOST


def test_one_number_gets_no_more_codes_from_many_accounts_at_once(db: None, provider: WebReceiver) -> None:
    def asks(person: Person) -> Callable[[], int]:
        return lambda: ask(person).status

    assert set(at_once([asks(Person(f"Stranger{number}")) for number in range(8)])) == {202}
    assert len(provider.received) == SentCode.objects.count() == MOST


def test_guesses_at_once_are_all_counted(alice: Person, provider: WebReceiver) -> None:
    ask(alice)
    code = code_sent(provider)
    statuses = at_once([lambda: prove(alice, wrong(code)).status] * 12)
    assert set(statuses) == {403}
    assert Phone.objects.get().attempts == ATTEMPTS
    assert prove(alice, code).status == 403


def test_a_proof_that_races_with_a_new_wish_is_not_lost(alice: Person, provider: WebReceiver) -> None:
    ask(alice)
    code = code_sent(provider)
    proved, asked = at_once([lambda: prove(alice, code).status, lambda: ask(alice, "+34600000099").status])
    stands = Phone.objects.get()
    assert asked == 202
    assert stands.number == (NUMBER if proved == 200 else None)
