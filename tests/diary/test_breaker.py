"""A server that failed is left alone; then one caller finds out for all."""

import pytest

from diary import breaker
from diary.breaker import LEFT_ALONE, Breaker


class Clock:
    """The monotonic clock, by hand."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    hands = Clock()
    monkeypatch.setattr(breaker, "time", hands)
    return hands


def test_everybody_calls_a_server_that_answers(clock: Clock) -> None:
    server = Breaker()
    assert server.lets_through()
    server.answered()
    assert server.lets_through()


def test_one_that_failed_is_left_alone_and_then_tried_by_one_caller(clock: Clock) -> None:
    server = Breaker()
    server.failed()
    assert not server.lets_through()
    clock.now += LEFT_ALONE
    assert [server.lets_through() for _ in range(3)] == [True, False, False]
    server.answered()
    assert server.lets_through()


def test_one_that_fails_again_rests_as_long_again(clock: Clock) -> None:
    server = Breaker()
    server.failed()
    clock.now += LEFT_ALONE
    assert server.lets_through()
    server.failed()
    clock.now += LEFT_ALONE - 0.1
    assert not server.lets_through()
