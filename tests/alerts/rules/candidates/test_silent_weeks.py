"""The `night_rest_` rules where silence is not a no: beside the active versions, at the thresholds."""

import pytest

from alerts.rules.candidates import candidate_of
from alerts.rules.history import History
from alerts.rules.registry import rules_with
from alerts.rules.screening import screen
from tests.alerts.rules.histories import day, days, diary, entries, found_on, treatment, visit

CORE, PERSISTENT = "night_rest_not_responding", "night_rest_persistent"
CANDIDATES = rules_with(candidate_of(CORE, 3), candidate_of(PERSISTENT, 3))


def found(rule: str, history: History) -> list[int]:
    return [day(finding.met_on) for finding in screen(history, rules=CANDIDATES) if finding.rule == rule]


def nights(*calm: int) -> History:
    """Painful nights in the first and in the third week and a medicine that had not helped by day 21."""
    return diary(
        entries([*range(1, 8), *range(18, 22)], worst_pain=5, woke_from_sleep=True),
        entries(calm, worst_pain=5, woke_from_sleep=False),
        treatment(8),
    )


def test_a_silent_week_does_not_break_the_pattern() -> None:
    assert found_on(CORE, nights()) == []
    assert found(CORE, nights()) == [21]


@pytest.mark.parametrize(("between", "met"), [((), []), ((16,), [30])])
def test_two_silent_weeks_of_three_do(between: tuple[int, ...], met: list[int]) -> None:
    written = [*range(3, 10), *between, *range(27, 31)]
    assert found(CORE, diary(entries(written, worst_pain=5, woke_from_sleep=True), treatment(10))) == met


@pytest.mark.parametrize(("calm", "met"), [((8, 9, 10), [21]), ((8, 9, 10, 11), [])])
def test_a_week_that_was_mostly_answered_without_pain_speaks_against_it(calm: tuple[int, ...], met: list[int]) -> None:
    assert found(CORE, nights(*calm)) == met


@pytest.mark.parametrize(("pause", "met"), [(20, True), (21, False)])
def test_a_run_of_painful_nights_outlasts_a_silence_of_up_to_three_weeks(pause: int, met: bool) -> None:
    after = range(15 + pause, 15 + pause + 15)
    history = diary(entries([*range(1, 15), *after], woke_from_sleep=True))
    assert found_on(PERSISTENT, history) == []
    assert bool(found(PERSISTENT, history)) is met


def test_answers_between_break_a_run_as_they_always_did() -> None:
    calm = entries(range(15, 26), woke_from_sleep=False)
    history = diary(entries([*range(1, 15), *range(26, 43)], woke_from_sleep=True), calm)
    assert found(PERSISTENT, history) == found_on(PERSISTENT, history) == []


@pytest.mark.parametrize(
    "history",
    [
        diary(days(1, 60, worst_pain=5, woke_from_sleep=True)),
        diary(days(1, 60, worst_pain=5, woke_from_sleep=True), treatment(11)),
        diary(days(1, 50, worst_pain=4, woke_from_sleep=True), days(51, 120, worst_pain=8, night_pain=8), visit(40)),
        diary(days(1, 50, worst_pain=4, woke_from_sleep=True), days(51, 120, worst_pain=5, night_pain=8), visit(40)),
    ],
)
def test_where_every_day_is_answered_both_versions_say_the_same(history: History) -> None:
    for rule in (CORE, PERSISTENT):
        assert found(rule, history) == found_on(rule, history)


def test_change_since_a_visit_is_seen_across_silent_weeks() -> None:
    before = days(1, 35, worst_pain=4, woke_from_sleep=True)
    written = [on for on in range(36, 120) if (on // 7) % 4 != 3]
    after = entries(written, worst_pain=8, woke_from_sleep=True)
    history = diary(before, after, visit(35))
    assert found_on(PERSISTENT, history) == []
    assert found(PERSISTENT, history)
