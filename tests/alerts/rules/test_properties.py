"""What holds of the rules in any diary."""

import datetime as dt
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from alerts.rules.earlier import VERSION_1
from alerts.rules.history import Answers, Entry, Event, History, Profile
from alerts.rules.registry import DANGER_SIGNS, RULES, rules_with
from alerts.rules.screening import danger_signs, rules_holding, screen, screen_all
from tests.alerts.rules.histories import date, day, entry, event, treatment

quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)

SYMPTOMS = ("cough", "chest_pain", "fatigue", "leg_weak", "saddle_numbness", "fever", "coughing_blood")


def runs(draw: st.DrawFn, length: int) -> list[dict[str, Any]]:
    """Answers that come in runs, as symptoms do: a list of one strategy's values over the days."""
    profile_of_days: list[dict[str, Any]] = []
    while len(profile_of_days) < length:
        answers = draw(answers_of_a_run)
        profile_of_days += [answers] * draw(st.integers(1, 45))
    return profile_of_days[:length]


maybe = st.none() | st.booleans()
score = st.none() | st.integers(0, 10)
answers_of_a_run = st.fixed_dictionaries(
    {
        "worst_pain": score,
        "night_pain": score,
        "woke_from_sleep": maybe,
        "worse_lying_down": maybe,
        "worse_on_deep_breath": maybe,
        "sites": st.none() | st.sampled_from([(), ("lower_back",), ("left_flank",), ("mid_back", "hip")]),
        "weight_kg": st.none() | st.sampled_from([80.0, 79.0, 77.0, 74.0]),
        "symptoms": st.dictionaries(st.sampled_from(SYMPTOMS), st.booleans(), max_size=3),
    }
)
profiles = st.builds(
    Profile,
    birth_year=st.sampled_from([None, 1950, 1970, 1995]),
    smoking=st.sampled_from([None, "former"]),
    cancer_history=maybe,
    long_term_lung_condition=maybe,
    steroid_use=maybe,
)


@st.composite
def histories(draw: st.DrawFn) -> History:
    length = draw(st.integers(1, 200))
    missing = draw(st.sets(st.integers(1, length), max_size=length // 2))
    days = [entry(on, **answers) for on, answers in enumerate(runs(draw, length), start=1) if on not in missing]
    treatments = [
        treatment(start, None if last is None else start + last, recalled_score_before=recalled)
        for start, last, recalled in draw(
            st.lists(st.tuples(st.integers(-10, length), st.none() | st.integers(5, 60), score), max_size=2)
        )
    ]
    events = [
        event(kind, on, trauma="minor")
        for kind, on in draw(
            st.lists(
                st.tuples(st.sampled_from(["fall", "fracture", "doctor_visit"]), st.integers(-30, length)), max_size=3
            )
        )
    ]
    return History(profile=draw(profiles), entries=tuple(days), treatments=tuple(treatments), events=tuple(events))


def met(history: History, as_of: dt.date | None = None) -> list[tuple[str, dt.date]]:
    return [(finding.rule, finding.met_on) for finding in screen(history, as_of=as_of)]


def last_date(history: History) -> dt.date:
    recorded: list[Entry | Event] = [*history.entries, *history.events]
    return max([one.date for one in recorded], default=date(1))


@quick
@given(histories(), st.data())
def test_a_danger_sign_shows_in_what_its_own_days_say(history: History, data: st.DataObject) -> None:
    """The days before only make it old, so a write that shows none by itself needs no look at them."""
    written = data.draw(st.sets(st.sampled_from([one.date for one in history.entries] or [date(1)]), max_size=3))
    near = {on + timedelta(days=after) for on in written for after in range(4)}
    alone = replace(history, entries=tuple(one for one in history.entries if one.date in near))
    by_themselves = {(sign.rule, sign.met_on) for sign in danger_signs(alone, on=written)}
    assert {(sign.rule, sign.met_on) for sign in danger_signs(history, on=written)} <= by_themselves


@quick
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_entries_is_irrelevant(history: History, random: Random) -> None:
    shuffled = replace(
        history,
        entries=tuple(random.sample(history.entries, len(history.entries))),
        treatments=tuple(random.sample(history.treatments, len(history.treatments))),
        events=tuple(random.sample(history.events, len(history.events))),
    )
    assert screen(shuffled) == screen(history)


@quick
@given(histories(), st.integers(-20, 260))
def test_an_unanswered_entry_changes_nothing(history: History, on: int) -> None:
    as_of = max(last_date(history), date(on))
    added = replace(history, entries=(*history.entries, entry(on)))
    assert screen_all(added, as_of=as_of) == screen_all(history, as_of=as_of)


@quick
@given(histories(), st.integers(1, 500))
def test_time_alone_brings_no_finding_and_no_newly_held_rule(history: History, later: int) -> None:
    last = last_date(history)
    until = last + timedelta(days=later)
    assert screen(history, as_of=until) == screen(history)
    assert set(rules_holding(history, on=until)) <= set(rules_holding(history, on=last))


@st.composite
def histories_long_after_a_visit(draw: st.DrawFn) -> History:
    """Pain at night for weeks, between whatever else is written; the visit turns a year old somewhere in it."""
    history, old = draw(histories()), event("doctor_visit", draw(st.integers(-365, -250)))
    first = draw(st.integers(1, 160))
    painful = [entry(on, worst_pain=draw(score), woke_from_sleep=True) for on in range(first, first + 45)]
    return replace(history, entries=(*history.entries, *painful), events=(*history.events, old))


@quick
@given(histories_long_after_a_visit(), st.integers(1, 500))
def test_a_check_up_begins_only_on_a_day_that_something_was_recorded_about(history: History, later: int) -> None:
    recorded = {one.date for one in history.entries} | {one.date for one in history.events}
    last = last_date(history)
    found = met(history, last + timedelta(days=later))
    assert found == met(history)
    assert {on for rule, on in found if rule == "check_up_due"} <= recorded


@quick
@given(histories_long_after_a_visit())
def test_an_old_visit_never_makes_more_alarms_than_one_that_lapses(history: History) -> None:
    now, before = (screen_all(history, rules=rules).held for rules in (RULES, rules_with(*VERSION_1.values())))
    assert all(set(now[rule]) <= set(before[rule]) for rule in VERSION_1)


@quick
@given(histories(), st.integers(-20, 220))
def test_as_of_sees_nothing_later(history: History, on: int) -> None:
    as_of = date(on)
    known = History(
        profile=history.profile,
        entries=tuple(one for one in history.entries if one.date <= as_of),
        treatments=tuple(one for one in history.treatments if one.started_on <= as_of),
        events=tuple(one for one in history.events if one.date <= as_of),
    )
    assert screen(history, as_of=as_of) == screen(known, as_of=as_of)
    assert screen(history, as_of=as_of) == tuple(found for found in screen(history) if found.met_on <= as_of)


@quick
@given(histories(), st.randoms(use_true_random=False))
def test_splitting_a_day_into_two_entries_changes_nothing(history: History, random: Random) -> None:
    halves = [half for one in history.entries for half in split(one, random)]
    assert screen(replace(history, entries=tuple(halves))) == screen(history)


def split(one: Entry, random: Random) -> tuple[Entry, Entry]:
    """Two entries of the day that between them answer what the one did."""
    fields = Answers.__struct_fields__
    moved = {field for field in fields if random.random() < 0.5}
    unanswered = Answers()
    stays = structs.replace(one, **{field: getattr(unanswered, field) for field in moved})
    goes = Entry(
        id=f"{one.id}-second",
        date=one.date,
        recorded_at=one.recorded_at,
        **{field: getattr(one, field) for field in moved},
    )
    return stays, goes


@quick
@given(histories(), st.sampled_from(["saddle_numbness", "collapse", "unable_to_walk"]))
def test_an_emergency_never_depends_on_how_long_the_history_is(history: History, sign: str) -> None:
    last = last_date(history) + timedelta(days=1)
    alarm = entry(day(last), symptoms={sign: True})
    alone = History(entries=(alarm,))
    long = replace(history, entries=(*history.entries, alarm))
    rule = "breathing_emergency" if sign == "collapse" else "cauda_equina"
    assert rule in rules_holding(alone, on=last)
    assert rule in rules_holding(long, on=last)
    assert last in screen_all(long).held[rule]


@quick
@given(histories())
def test_screening_twice_is_screening_once(history: History) -> None:
    assert screen(history) == screen(history)


@quick
@given(histories(), st.integers(1, 200))
def test_danger_signs_agree_with_the_screening_of_the_whole_diary(history: History, on: int) -> None:
    touched = date(on)
    near = replace(
        history,
        entries=tuple(one for one in history.entries if abs((one.date - touched).days) <= 17),
        treatments=(),
        events=tuple(one for one in history.events if abs((one.date - touched).days) <= 17),
    )
    held = screen_all(history, as_of=date(400)).held
    found = {found.rule for found in danger_signs(near, on=[touched]) if found.met_on == touched}
    assert found == {rule.id for rule in DANGER_SIGNS if touched in held[rule.id]}
