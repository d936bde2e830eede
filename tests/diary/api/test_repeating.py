"""What the database chose to undo for another's sake is done once more, and nothing else is."""

from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any, NoReturn

import pytest
from django.db import OperationalError, transaction
from psycopg.errors import DeadlockDetected, DiskFull
from pytest_django import Settings

from diary.access.levels import caller_by_token
from diary.api.framework.repeating import TIMES, repeated
from diary.locks import hold_account
from diary.models import AccessLine, User
from diary.recording.changes import record_changes
from diary.recording.profile import read_profile
from tests.cast import Answer, Person
from tests.diary.at_once import at_once
from tests.diary.recordings import entry
from tests.roles import beside


def failing(times: int, cause: type[Exception], call: Callable[..., Any]) -> Callable[..., Any]:
    """Like `call`, but the database fails that often before."""
    left = [times]

    def called(*args: Any, **kwargs: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise_from(cause)
        return call(*args, **kwargs)

    return called


def raise_from(cause: type[Exception]) -> NoReturn:
    raise OperationalError("the database says") from cause("the driver says")


@pytest.mark.django_db(transaction=True)
def test_two_that_wait_for_each_other_both_get_done() -> None:
    alice, bob = Person("Alice"), Person("Bob")
    both_hold_one = Barrier(2)

    def renaming(first: Person, second: Person) -> Callable[[], int]:
        @transaction.atomic
        def rename() -> int:
            hold_account(first.id)
            with suppress(BrokenBarrierError):  # the second time there is no one to wait for
                both_hold_one.wait(timeout=2)
            hold_account(second.id)
            return User.objects.filter(pk__in=[alice.id, bob.id]).update(name=first.user.name)

        return lambda: repeated(rename)

    assert at_once([renaming(alice, bob), renaming(bob, alice)]) == [2, 2]


@pytest.mark.django_db(transaction=True)
def test_a_write_that_was_prepared_before_an_upgrade_changed_a_column_is_done_again() -> None:
    alice = Person("Alice")
    changed = "ALTER TABLE diary_entry ALTER COLUMN weight_kg TYPE numeric({})"
    with beside("owner") as owner:
        try:
            for digits in ("7,2", "8,2"):
                for _ in range(8):  # enough to have it prepared
                    assert put(alice).status == 201
                owner.execute(changed.format(digits).encode())
                assert put(alice).status == 201
        finally:
            owner.execute(b"ALTER TABLE diary_entry ALTER COLUMN weight_kg TYPE numeric")


def put(person: Person) -> Answer:
    noted = entry()
    return person.put(f"patients/me/entries/{noted['id']}", noted)


def test_a_write_is_done_again_with_the_body_that_was_read(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    fails = failing(TIMES, DeadlockDetected, record_changes)
    monkeypatch.setattr("diary.api.resources.record_changes", fails)
    sent = entry(worst_pain=7)
    answer = alice.put(f"patients/me/entries/{sent['id']}", sent)
    assert (answer.status, answer.body["worst_pain"]) == (201, 7)


def test_so_is_the_look_up_and_the_access_log_tells_of_it_once(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "diary.api.framework.authentication.caller_by_token", failing(TIMES, DeadlockDetected, caller_by_token)
    )
    monkeypatch.setattr("diary.api.profile.read_profile", failing(TIMES, DeadlockDetected, read_profile))
    assert alice.get("patients/me/profile").status == 200
    assert [(line.action, line.resource) for line in AccessLine.objects.all()] == [("read", "profile")]


def test_what_is_counted_for_the_limits_is_counted_once(
    alice: Person, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.RATE_LIMITS = True
    counted: list[Any] = []

    def counting(*_: Any, **given: Any) -> float:
        counted.append(given)
        return 0.0

    monkeypatch.setattr("diary.api.framework.throttles.seconds_to_wait", counting)
    monkeypatch.setattr("diary.api.profile.read_profile", failing(TIMES, DeadlockDetected, read_profile))
    assert alice.get("patients/me/profile").status == 200
    assert len(counted) == 1


@pytest.mark.parametrize(("times", "cause"), [(TIMES + 1, DeadlockDetected), (1, DiskFull)])
def test_not_for_ever_and_not_for_any_other_reason(times: int, cause: type[Exception]) -> None:
    with pytest.raises(OperationalError):
        repeated(failing(times, cause, lambda: 200))
