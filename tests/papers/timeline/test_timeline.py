"""A span of a diary as runs, bars and marks: what was not answered is in none."""

from datetime import date

from papers.timeline.timeline import MILD, MODERATE, NO_SCORE, SEVERE, Mark, Part, Run, timeline_of
from tests.papers.readings import FIRST, LAST, alert, day, entry, event, reading, treatment


def test_the_line_of_pain_breaks_where_a_day_is_missing() -> None:
    shown = timeline_of(reading(entry(0, worst_pain=3), entry(1, worst_pain=4), entry(3, worst_pain=9)))
    assert shown.pain == [[(0, 3), (1, 4)], [(3, 9)]]


def test_a_day_that_says_nothing_of_the_pain_breaks_it_too_and_zero_does_not() -> None:
    shown = timeline_of(reading(entry(0, worst_pain=3), entry(1, night_pain=2), entry(2, worst_pain=0)))
    assert shown.pain == [[(0, 3)], [(2, 0)]]


def test_nights_are_told_by_the_classes_of_the_scale() -> None:
    scores = [0, 3, 4, 6, 7, 10]
    shown = timeline_of(reading(*(entry(number, night_pain=score) for number, score in enumerate(scores))))
    assert shown.nights == [Run(0, 1, MILD), Run(2, 3, MODERATE), Run(4, 5, SEVERE)]


def test_the_higher_of_night_and_rest_pain_counts() -> None:
    assert timeline_of(reading(entry(0, night_pain=1, rest_pain=8))).nights == [Run(0, 0, SEVERE)]


def test_a_night_without_a_score_is_no_good_night() -> None:
    shown = timeline_of(reading(entry(0, woke_from_sleep=True), entry(1, worst_pain=5)))
    assert (shown.nights, shown.woken) == ([Run(0, 0, NO_SCORE)], [Run(0, 0, SEVERE)])


def test_several_entries_of_a_day_are_one() -> None:
    shown = timeline_of(reading(entry(2, worst_pain=3), entry(2, worst_pain=6)))
    assert shown.pain == [[(2, 6)]]


def test_records_of_one_treatment_are_one_bar_however_it_is_written() -> None:
    first = treatment(" ibuprofen", started_on=date(2026, 5, 1), stopped_on=day(3))
    again = treatment("Ibuprofen", started_on=day(6), daily_dose=1200, dose_unit="mg")
    (bar,) = timeline_of(reading(treatments=[again, first])).bars
    assert bar.treatment == again
    before, after = Part(0, 3, began_before=True, goes_on=False), Part(6, 27, began_before=False, goes_on=True)
    assert list(bar.parts) == [before, after]


def test_the_treatment_begun_last_comes_first_and_what_was_over_or_is_to_come_not_at_all() -> None:
    over = treatment("Over", started_on=date(2026, 1, 1), stopped_on=date(2026, 5, 31))
    to_come = treatment("To come", started_on=date(2026, 7, 1))
    shown = timeline_of(reading(treatments=[over, treatment("Old"), to_come, treatment("New", started_on=day(9))]))
    assert [bar.treatment.name for bar in shown.bars] == ["New", "Old"]


def test_each_kind_of_event_has_its_mark_and_two_alerts_of_a_day_are_one() -> None:
    happened = [event(1), event(2, "imaging"), event(3, "fall"), event(4, "fracture"), event(-1)]
    shown = timeline_of(reading(events=happened, alerts=[alert(5), alert(5), alert(-3)]))
    assert list(shown.marks) == [
        Mark(1, "visit"),
        Mark(2, "imaging"),
        Mark(3, "event"),
        Mark(4, "event"),
        Mark(5, "alert"),
    ]


def test_an_empty_diary_has_an_empty_timeline() -> None:
    shown = timeline_of(reading())
    assert (shown.first, shown.last, shown.days) == (FIRST, LAST, 28)
    assert not any([shown.pain, shown.nights, shown.woken, shown.bars, shown.marks])
