"""The timeline for who does not see it."""

from msgspec.structs import astuple

from papers.timeline.in_words import column_names, summary, weeks
from papers.timeline.timeline import timeline_of
from tests.papers.readings import alert, day, entry, event, reading, treatment


def test_the_summary_says_what_the_picture_shows() -> None:
    told = reading(
        entry(0, worst_pain=3, night_pain=2),
        entry(1, worst_pain=8, night_pain=7),
        entry(4, worst_pain=4),
        treatments=[treatment(daily_dose=1200, dose_unit="mg")],
        events=[event(2), event(3, "fall")],
        alerts=[alert(5)],
    )
    assert summary(told, timeline_of(told)) == (
        "From 1 Jun 2026 to 28 Jun 2026 something was noted on 3 of 28 days. "
        "Worst pain, mean (lowest–highest): 5 (3–8). "
        "Days with pain at night or at rest, of those answered: 1/2. "
        "Treatments: Ibuprofen 1200 mg. Advised to be seen on: 6 Jun 2026. Visit to a doctor: 3 Jun 2026."
    )


def test_of_an_empty_diary_it_says_only_that() -> None:
    told = reading()
    assert summary(told, timeline_of(told)) == "From 1 Jun 2026 to 28 Jun 2026 something was noted on 0 of 28 days."


def test_the_weeks_are_a_table_in_which_no_answer_is_empty() -> None:
    told = reading(
        entry(0, worst_pain=3, night_pain=7, woke_from_sleep=True, weight_kg=70.5),
        entry(1, worst_pain=4, night_pain=1, woke_from_sleep=False),
        entry(15, sites=("neck",)),
        last=day(15),
    )
    assert [astuple(week) for week in weeks(told)] == [
        ("1 Jun 2026 to 7 Jun 2026", "2/7", "3.5 (3–4)", "1/2", "1/2", "70.5"),
        ("8 Jun 2026 to 14 Jun 2026", "0/7", "", "", "", ""),
        ("15 Jun 2026 to 16 Jun 2026", "1/2", "", "", "", ""),
    ]
    assert len(astuple(column_names())) == len(astuple(weeks(told)[0]))
