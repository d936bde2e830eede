"""What a synthetic phone reports: gaps, noise, late and corrected entries, journeys, habits."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from statistics import mean, median
from zoneinfo import ZoneInfo

import pytest

from diary.format.document import Document, parse
from evaluation.cohorts.choices import PLAUSIBLE, VARIED, Choices
from evaluation.cohorts.keeping import HABITS, Kept
from evaluation.cohorts.latent import FIRST_DATE, LatentPerson
from evaluation.cohorts.reporting import report
from evaluation.cohorts.scenarios import SCENARIOS, People, Scenario, person

SEED = 12
REALISTIC = SCENARIOS["realistic"]


def kept(scenario: Scenario, count: int) -> Iterator[tuple[LatentPerson, Kept]]:
    for number in range(count):
        drawn = person(scenario, seed=SEED, number=number)
        yield drawn, report(drawn, scenario)[1]


def documents(scenario: Scenario, count: int) -> list[Document]:
    """Each of them is a good diary document."""
    drawn = (person(scenario, seed=SEED, number=number) for number in range(count))
    return [parse(json.dumps(report(one, scenario)[0]).encode()) for one in drawn]


@pytest.fixture(scope="module")
def as_people_do() -> list[tuple[LatentPerson, Kept]]:
    return list(kept(REALISTIC, 250))


@pytest.mark.parametrize("scenario", list(SCENARIOS))
def test_every_scenario_gives_good_documents(scenario: str) -> None:
    assert all(document.entries for document in documents(SCENARIOS[scenario], 5))


def test_the_same_person_tells_the_same() -> None:
    one = person(REALISTIC, seed=SEED, number=1)
    assert report(one, REALISTIC) == report(one, REALISTIC)


@pytest.mark.parametrize(("scenario", "written"), [("complete", 1.0), ("missing-30", 0.7), ("missing-50", 0.5)])
def test_of_everybodys_days_so_many_are_missing(scenario: str, written: float) -> None:
    for one, diary in kept(SCENARIOS[scenario], 25):
        assert len(diary.arrivals) / len(one.days) == pytest.approx(written, abs=0.1)


def test_some_skip_good_days_and_some_bad_ones() -> None:
    written_more_when_bad = []
    for one, diary in kept(replace(SCENARIOS["missing-50"], people=People(malignant=0.0)), 60):
        bad = [day in diary.arrivals for day, state in enumerate(one.days) if state.worst >= 6]
        if 30 < len(bad) < 330:
            written_more_when_bad.append(mean(bad) - 0.5)
    assert min(written_more_when_bad) < -0.1
    assert max(written_more_when_bad) > 0.1


def test_days_of_use_are_those_that_were_counted(as_people_do: list[tuple[LatentPerson, Kept]]) -> None:
    for habit in HABITS:
        days = [diary.days_of_use for one, diary in as_people_do if diary.habit == habit.name and not one.malignant]
        assert median(days) == pytest.approx(habit.days_of_use, rel=0.35)


def test_people_with_a_tumour_begin_to_write_any_time_after_three_months(
    as_people_do: list[tuple[LatentPerson, Kept]],
) -> None:
    begun = [(diary.first, len(one.days)) for one, diary in as_people_do if one.malignant and len(one.days) > 200]
    assert all(first >= 91 for first, _ in begun)
    assert mean((first - 91) / (length - 91) for first, length in begun) == pytest.approx(0.5, abs=0.1)


def test_entries_arrive_late_or_are_put_right_later_but_most_the_same_day(
    as_people_do: list[tuple[LatentPerson, Kept]],
) -> None:
    late = [arrived - day for _, diary in as_people_do for day, arrived in diary.arrivals.items()]
    assert min(late) == 0
    assert 14 < max(late) <= 21
    assert 0.7 < mean(days == 0 for days in late) < 0.95


def test_some_entries_are_saved_twice_and_none_is_in_order() -> None:
    for document in documents(SCENARIOS["missing-30"], 4):
        dates = [entry.date for entry in document.entries]
        assert dates != sorted(dates)
        assert len(dates) > len(set(dates))


def test_clocks_change_and_people_travel() -> None:
    offsets: dict[str, set[object]] = {}
    for document in documents(SCENARIOS["complete"], 12):
        for entry in document.entries:
            written = datetime.fromisoformat(str(entry.recorded_at)).astimezone(ZoneInfo(entry.time_zone or "UTC"))
            offsets.setdefault(str(entry.time_zone), set()).add(written.utcoffset())
            assert 0 <= (written.date() - entry.date).days <= 1
    assert len(offsets) > 3
    assert any(len(seen) == 2 for seen in offsets.values())


def test_a_complete_diary_answers_everything_and_a_score_is_seldom_off() -> None:
    one = person(SCENARIOS["complete"], seed=SEED, number=0)
    entries = documents(SCENARIOS["complete"], 1)[0].entries
    assert all(entry.worst_pain is not None and entry.symptoms is not None for entry in entries)
    off = [
        abs(entry.night_pain - one.days[(entry.date - FIRST_DATE).days].night) for entry in entries if entry.night_pain
    ]
    assert 0.05 < mean(map(bool, off)) < 0.3
    assert max(off) <= 2


def test_every_choice_is_turned_down_and_up() -> None:
    for down, up in VARIED.values():
        assert PLAUSIBLE not in (down, up)
        assert down != up
    changed = {name for pair in VARIED.values() for one in pair for name in _differing(one)}
    assert changed == set(Choices.__dataclass_fields__)


def _differing(choices: Choices) -> set[str]:
    return {name for name in Choices.__dataclass_fields__ if getattr(choices, name) != getattr(PLAUSIBLE, name)}
