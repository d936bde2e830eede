"""Syncing by itself."""

from __future__ import annotations

from collections.abc import Callable
from queue import Queue
from time import monotonic, sleep

import pytest
from device import MORNING, device
from service import Service, problem_answer

from symptom_diary_client import Synced, auto
from symptom_diary_client.auto import Auto

SECONDS = 10.0


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auto, "_AFTER_A_CHANGE", 0.01)
    monkeypatch.setattr(auto, "_AFTER_A_FAULT", 0.01)


def automatic(*outcomes: Synced | Exception) -> tuple[Auto, Queue[int], list[Exception]]:
    """Syncs with these outcomes, then done; each sync is told of."""
    left, told, failures = list(outcomes), Queue[int](), list[Exception]()

    def sync() -> Synced:
        told.put(1)
        outcome = left.pop(0) if left else Synced("done")
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return Auto(sync, lambda: MORNING, failures.append), told, failures


def test_it_syncs_at_the_start_and_soon_after_a_change() -> None:
    automatically, told, _ = automatic()
    automatically.start()
    told.get(timeout=SECONDS)
    automatically.changed()
    told.get(timeout=SECONDS)
    automatically.stop()
    automatically.changed()
    assert not automatically.is_on


def test_after_a_failure_it_tries_again_when_it_is_time() -> None:
    automatically, told, _ = automatic(Synced("later", MORNING), Synced("later", MORNING))
    automatically.start()
    for _ in range(3):
        told.get(timeout=SECONDS)
    automatically.stop()


def test_a_fault_is_reported_and_does_not_end_it() -> None:
    fault = OSError("the disk is full")
    automatically, told, failures = automatic(fault)
    automatically.start()
    for _ in range(2):
        told.get(timeout=SECONDS)
    automatically.stop()
    assert failures == [fault]


def test_the_end_of_the_session_ends_it() -> None:
    automatically, told, _ = automatic(Synced("signed_out"))
    automatically.start()
    told.get(timeout=SECONDS)
    until(lambda: not automatically.is_on)


def test_a_diary_syncs_by_itself() -> None:
    service = Service()
    alice = device(service)
    alice.diary.start()
    alice.diary.record(worst_pain=3)
    until(lambda: bool(service.rows))
    alice.diary.close()


def test_after_signing_in_again_it_goes_on() -> None:
    service = Service(fates=[problem_answer(401)])
    alice = device(service)
    alice.diary.record(worst_pain=3)
    alice.diary.start()
    until(lambda: len(service.asked) == 1)
    alice.diary.start()
    until(lambda: bool(service.rows))
    alice.diary.close()


def until(is_so: Callable[[], bool]) -> None:
    """Waits for it. Raises AssertionError when it takes too long."""
    deadline = monotonic() + SECONDS
    while not is_so():
        assert monotonic() < deadline
        sleep(0.01)
