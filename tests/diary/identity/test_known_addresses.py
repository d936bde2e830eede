"""Known and unknown addresses: the same answers, statements and hashes. `bench.known_addresses` measures the time."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from diary.identity.provisioning import register
from tests.diary.identity.app import OTHER_PASSWORD, PASSWORD, Answer, App
from tests.diary.identity.hashing import CountingHasher
from tests.receiver import MailReceiver

ALICE = "alice@example.org"
CHARLIE = "chuck@example.org"
WRONG = {"key": "AAAA-AAAA"}

Step = Callable[[App, str], Answer]


def after(first: Step, second: Step) -> Step:
    def both(device: App, email: str) -> Answer:
        first(device, email)
        return second(device, email)

    return both


def sign_up(device: App, email: str) -> Answer:
    return device.sign_up(email, OTHER_PASSWORD)


def forget_the_password(device: App, email: str) -> Answer:
    return device.post("auth/password/request", email=email)


STEPS: dict[str, Step] = {
    "sign up": sign_up,
    "a wrong code for it": after(sign_up, lambda device, _: device.post("auth/email/verify", **WRONG)),
    "sign in": lambda device, email: device.sign_in(email, OTHER_PASSWORD),
    "forget the password": forget_the_password,
    "a wrong code for that": after(
        forget_the_password, lambda device, _: device.post("auth/password/reset", **WRONG, password=OTHER_PASSWORD)
    ),
    "a wrong code alone": after(
        forget_the_password,
        lambda device, _: device.send("GET", "auth/password/reset", **{"X-Password-Reset-Key": WRONG["key"]}),
    ),
}


@pytest.mark.django_db
@override_settings(PASSWORD_HASHERS=["tests.diary.identity.hashing.CountingHasher"])
@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_known_and_unknown_addresses_do_the_same_work(mailbox: MailReceiver, step: Step) -> None:
    register(email=ALICE, password=PASSWORD, now=datetime.now(UTC))

    def done(email: str) -> tuple[int, object, int, list[str]]:
        before = CountingHasher.worked
        with CaptureQueriesContext(connection) as statements:
            answer = step(App(mailbox), email)
        hashes = CountingHasher.worked - before
        return answer.status, answer.without_token, hashes, [shape(one["sql"]) for one in statements.captured_queries]

    known, unknown = done(ALICE), done(CHARLIE)

    assert known[:3] == unknown[:3]
    assert sorted(known[3]) == sorted(unknown[3])


def shape(statement: str) -> str:
    """The statement without what it is about."""
    return re.sub(r"'[^']*'|s\d+_x\d+|\d+", "?", statement)
