"""The plan of an alert that opens: who is told when, if no one acts."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from alerts.escalation.plan import (
    CAREGIVERS,
    DEFAULT,
    REMINDED_AFTER,
    Group,
    Order,
    Planned,
    Policy,
    Repetition,
    lasts,
    planned,
)
from alerts.rules.tiers import Tier
from alerts.steps import ME

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BOB, DANA, ERIN = (f"{number}0000000-0000-4000-8000-000000000000" for number in range(3))
PRESSING = [Tier.EMERGENCY, Tier.URGENT]

waits = st.integers(5, 10_080)
rounds = st.integers(1, 10)
circles = st.lists(st.sampled_from([BOB, DANA, ERIN]), unique=True)
groups = st.builds(
    Group, who=st.lists(st.sampled_from([ME, CAREGIVERS, BOB, DANA, ERIN]), min_size=1), wait_minutes=waits
)
orders = st.builds(Order, groups=st.lists(groups, min_size=1, max_size=6), rounds=rounds)
repetitions = st.builds(Repetition, wait_minutes=waits, rounds=rounds)
policies = st.builds(Policy, emergency=repetitions, urgent=repetitions, see_doctor=orders)


def tellings(plan: list[Planned]) -> list[Planned]:
    return [step for step in plan if step.to is not None]


def test_an_emergency_is_told_to_everyone_three_times_within_half_an_hour() -> None:
    steps = planned(DEFAULT.order(Tier.EMERGENCY), circle=[BOB], opened_at=NOON)
    assert steps == [
        Planned("told", NOON, (ME, BOB)),
        Planned("escalated", NOON + 15 * MINUTE, (ME, BOB)),
        Planned("escalated", NOON + 30 * MINUTE, (ME, BOB)),
        Planned("reminder", NOON + REMINDED_AFTER, None),
    ]


def test_what_is_urgent_is_told_to_everyone_again_after_two_hours() -> None:
    steps = planned(DEFAULT.order(Tier.URGENT), circle=[BOB], opened_at=NOON)
    assert [(step.step, step.due_at - NOON) for step in tellings(steps)] == [
        ("told", timedelta()),
        ("escalated", timedelta(hours=2)),
    ]


def test_a_visit_is_asked_for_once_until_the_reminder() -> None:
    steps = planned(DEFAULT.order(Tier.SEE_DOCTOR), circle=[BOB, DANA], opened_at=NOON)
    assert steps == [Planned("told", NOON, (ME, BOB, DANA)), Planned("reminder", NOON + REMINDED_AFTER, None)]


def test_groups_follow_each_other_and_begin_again() -> None:
    order = Order([Group([ME], 60), Group([BOB], 30), Group([CAREGIVERS], 600)], rounds=2)
    told = tellings(planned(order, circle=[BOB, DANA], opened_at=NOON))
    assert [(step.to, (step.due_at - NOON) // MINUTE) for step in told] == [
        ((ME,), 0),
        ((BOB,), 60),
        ((BOB, DANA), 90),
        ((ME,), 690),
        ((BOB,), 750),
        ((BOB, DANA), 780),
    ]


def test_whoever_has_left_is_passed_over_and_nobody_waits_for_them() -> None:
    order = Order([Group([BOB], 600), Group([ME], 60)], rounds=1)
    first, *_ = planned(order, circle=[DANA], opened_at=NOON)
    assert first == Planned("told", NOON, (ME,))


def test_if_nobody_is_left_in_any_group_everyone_is_told() -> None:
    first, *_ = planned(Order([Group([BOB], 600)], rounds=1), circle=[DANA], opened_at=NOON)
    assert first.to == (ME, DANA)


@given(orders, circles)
def test_the_first_are_told_at_once_and_the_last_step_reminds_everyone(order: Order, circle: list[str]) -> None:
    first, *_, last = planned(order, circle=circle, opened_at=NOON)
    assert (first.step, first.due_at) == ("told", NOON)
    assert last == Planned("reminder", NOON + REMINDED_AFTER, None)


@given(orders, circles)
def test_only_the_patient_and_the_circle_are_told_and_always_somebody(order: Order, circle: list[str]) -> None:
    for step in tellings(planned(order, circle=circle, opened_at=NOON)):
        assert step.to
        assert set(step.to) <= {ME, *circle}
        assert len(set(step.to)) == len(step.to)


@given(orders, circles)
def test_every_round_tells_each_group_that_has_somebody_in_order(order: Order, circle: list[str]) -> None:
    told = tellings(planned(order, circle=circle, opened_at=NOON))
    a_round = told[: len(told) // order.rounds]
    assert [step.to for step in told] == [step.to for step in a_round] * order.rounds
    named = {name for group in order.groups for name in group.who}
    wanted = {name for name in (ME, *circle) if name in named or (name != ME and CAREGIVERS in named)}
    assert {name for step in a_round for name in step.to or ()} == (wanted or {ME, *circle})


@given(orders, circles)
def test_the_waits_are_those_of_the_policy(order: Order, circle: list[str]) -> None:
    told = tellings(planned(order, circle=circle, opened_at=NOON))
    between = [(later.due_at - sooner.due_at) // MINUTE for sooner, later in pairwise(told)]
    assert set(between) <= {group.wait_minutes for group in order.groups}
    assert told[-1].due_at - NOON <= lasts(order)
    assert [step.step for step in told] == ["told", *["escalated"] * (len(told) - 1)]


@given(policies, circles, st.sampled_from(PRESSING))
def test_no_policy_keeps_what_cannot_wait_from_anybody(policy: Policy, circle: list[str], tier: Tier) -> None:
    for step in tellings(planned(policy.order(tier), circle=circle, opened_at=NOON)):
        assert step.to == (ME, *circle)
