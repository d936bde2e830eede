"""One episode, one alert: on which of the days a rule holds it is found."""

from typing import Any

from alerts.rules.history import Entry, History
from alerts.rules.screening import screen_all
from tests.alerts.rules.histories import day, days, diary, entries, entry, event, found_on, treatment, visit

CORE = "night_rest_not_responding"


def nights(first: int, last: int, **answers: Any) -> list[Entry]:
    return days(first, last, **({"worst_pain": 5, "woke_from_sleep": True} | answers))


def held(rule: str, history: History) -> list[int]:
    return [day(on) for on in screen_all(history).held[rule]]


def test_a_see_a_doctor_rule_is_quiet_for_180_days() -> None:
    assert found_on(CORE, diary(nights(1, 203), treatment(11))) == [24]
    assert found_on(CORE, diary(nights(1, 204), treatment(11))) == [24, 204]


def test_the_quiet_days_are_counted_from_the_last_finding_not_from_the_last_day_it_held() -> None:
    assert found_on(CORE, diary(nights(1, 400), treatment(11))) == [24, 204, 384]


def test_after_a_pause_within_the_quiet_time_it_stays_quiet() -> None:
    pause = days(60, 100, worst_pain=1, woke_from_sleep=False)
    assert found_on(CORE, diary(nights(1, 59), pause, nights(101, 200), treatment(11))) == [24]


def test_the_two_night_rest_rules_count_as_one() -> None:
    persistent_first = diary(nights(1, 120), treatment(60))
    assert found_on("night_rest_persistent", persistent_first) == [42]
    assert held(CORE, persistent_first)
    assert found_on(CORE, persistent_first) == []


def test_they_do_so_whichever_came_first() -> None:
    core_first = diary(nights(1, 250), treatment(11, 30))
    assert held(CORE, core_first)[-1] == 120
    assert held("night_rest_persistent", core_first)[0] == 121
    assert found_on(CORE, core_first) == [24]
    assert found_on("night_rest_persistent", core_first) == [24 + 180]


def test_change_since_the_last_finding_breaks_the_quiet_from_day_28_on() -> None:
    # day 24 found; the reference ends there; two points more from day 25 on hold for two weeks on day 65
    assert found_on(CORE, diary(nights(1, 24), nights(25, 120, worst_pain=7), treatment(11))) == [24, 65]


def test_a_lasting_new_companion_breaks_the_quiet() -> None:
    history = diary(nights(1, 24, cough=False), nights(25, 120, cough=True), treatment(11))
    assert found_on(CORE, history) == [24, 66]


def test_change_within_28_days_does_not() -> None:
    sudden = diary(
        entries(range(1, 11), worse_on_deep_breath=True),
        entries(range(11, 19), worse_on_deep_breath=False),
        entries(range(19, 60), worse_on_deep_breath=True),
    )
    assert min(found_on("flank_or_breath_pain", sudden)[1:], default=99) >= 9 + 28


def test_an_assessment_after_the_finding_lets_change_decide() -> None:
    changed = diary(visit(30), nights(1, 30, cough=False), nights(31, 120, cough=True), treatment(11))
    unchanged = diary(visit(30), nights(1, 250), treatment(11))
    assert found_on(CORE, changed) == [24, 72]
    assert found_on(CORE, unchanged) == [24]


def test_an_emergency_is_one_episode_while_its_days_are_at_most_14_apart() -> None:
    history = diary(*(entry(on, collapse=True) for on in (1, 15, 29, 44)))
    assert found_on("breathing_emergency", history) == [1, 44]


def test_time_alone_finds_nothing() -> None:
    history = diary(nights(1, 40), treatment(11), event("imaging", 300))
    assert found_on(CORE, history) == [24]


def test_a_rule_goes_on_holding_over_days_without_an_entry() -> None:
    history = diary(entries(range(1, 8), woke_from_sleep=True), event("imaging", 60))
    assert held("building_pattern", history) == list(range(7, 15))


def test_a_rule_does_not_begin_to_hold_on_a_day_without_an_entry() -> None:
    """Half of the answers are positive only once the oldest have left the window, on a day no one wrote."""
    falling_out = diary(
        entries((1, 2, 3, 4), woke_from_sleep=False),
        entries((5, 6, 7), woke_from_sleep=True),
        entries((10, 11), woke_from_sleep=True),
        entries((8, 9), woke_from_sleep=False),
    )
    assert held("building_pattern", falling_out) == []
    assert held("building_pattern", diary(falling_out.entries, entry(16, worst_pain=1))) == [16]
