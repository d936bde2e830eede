"""What happens if no one acts: who is notified when, planned from a policy when the alert opens. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from django.utils.translation import gettext_noop as _
from msgspec import Meta, Struct

from alerts.rules.tiers import Tier
from alerts.steps import ME, PlannedStep

CAREGIVERS: Final = "caregivers"
REMINDED_AFTER: Final = timedelta(days=14)
"""A see-a-doctor alert asks for a visit within two weeks; after them everyone is reminded once, if no one acted."""

ASKED_AFTER: Final[Mapping[Tier, tuple[timedelta, timedelta]]] = {
    Tier.EMERGENCY: (timedelta(hours=1), timedelta(hours=3)),
    Tier.URGENT: (timedelta(hours=24), timedelta(hours=48)),
    Tier.SEE_DOCTOR: (timedelta(days=14), timedelta(days=21)),
}
"""From taking it on to "Were you seen?" and to what follows when no one answers."""

_UUID: Final = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
Who = Annotated[
    str,
    Meta(pattern=f"^({ME}|{CAREGIVERS}|{_UUID})$", max_length=36, description=_("me, caregivers, or a caregiver's id")),
]
WaitMinutes = Annotated[int, Meta(ge=5, le=10_080, description=_("a number of minutes from 5 to 10,080 (a week)"))]
Rounds = Annotated[int, Meta(ge=1, le=10, description=_("a whole number from 1 to 10"))]


class Repetition(Struct, frozen=True, forbid_unknown_fields=True):
    """For alerts that can't wait: everyone is notified together, and again after each wait, for `rounds` rounds."""

    wait_minutes: WaitMinutes
    rounds: Rounds


class Group(Struct, frozen=True, forbid_unknown_fields=True):
    """Who is notified together, and how long they have before the next group, or the next round."""

    who: Annotated[list[Who], Meta(min_length=1, max_length=32, description=_("a list of 1 to 32 names"))]
    wait_minutes: WaitMinutes


class Order(Struct, frozen=True, forbid_unknown_fields=True):
    """For alerts that can wait: group after group, for `rounds` rounds."""

    groups: Annotated[list[Group], Meta(min_length=1, max_length=10, description=_("a list of 1 to 10 groups"))]
    rounds: Rounds


class Policy(Struct, frozen=True, forbid_unknown_fields=True):
    """What happens in each tier until someone acts. A `watch` is sent to no one, a `check_up` once to the patient."""

    emergency: Repetition
    urgent: Repetition
    see_doctor: Order

    def order(self, tier: Tier) -> Order:
        """The groups of a tier; in one that cannot wait everyone is in the first."""
        if tier is Tier.CHECK_UP:
            return ONCE_TO_THE_PATIENT
        if not tier.is_pressing:
            return self.see_doctor
        repetition = self.emergency if tier is Tier.EMERGENCY else self.urgent
        return Order([Group([ME, CAREGIVERS], repetition.wait_minutes)], repetition.rounds)


ONCE_TO_THE_PATIENT: Final = Order([Group([ME], 1_440)], rounds=1)
"""A check-up is no alarm: no one else is told, and nothing follows."""

DEFAULT: Final = Policy(
    # A phone may lie in the next room for a quarter of an hour. Who has not looked after three messages in half an hour
    # is not reached by a fourth.
    emergency=Repetition(wait_minutes=15, rounds=3),
    # "Today": two hours later there is still time to reach a doctor's office.
    urgent=Repetition(wait_minutes=120, rounds=2),
    # A visit within two weeks: once is enough until the reminder.
    see_doctor=Order([Group([ME, CAREGIVERS], 1_440)], rounds=1),
)


@dataclass(frozen=True, slots=True)
class Planned:
    """One step: `to` names the patient as `me` and caregivers by their place; None is everyone of that moment."""

    step: PlannedStep
    due_at: datetime
    to: tuple[str, ...] | None


def planned(order: Order, *, circle: Sequence[str], opened_at: datetime) -> list[Planned]:
    """Every step of an alert that opens now, in order; the first is due at once. Of a check-up it is the only one.

    `circle` names the caregivers by their places. A group that has no one in it is passed over; if no one is left in
    any, everyone is told.
    """
    groups = [(to, group.wait_minutes) for group in order.groups if (to := _members(group, circle))]
    groups = groups or [((ME, *circle), order.groups[0].wait_minutes)]
    steps = [
        Planned("escalated" if number else "told", due_at, to)
        for number, (due_at, to) in enumerate(_in_rounds(groups, order.rounds, opened_at))
    ]
    if order is ONCE_TO_THE_PATIENT:
        return steps
    return [*steps, Planned("reminder", opened_at + REMINDED_AFTER, None)]


def questions(tier: Tier, *, who: UUID | None, since: datetime) -> list[Planned]:
    """What follows an acknowledgement: "Were you seen?", and what happens when that stays unanswered.

    The patient is asked, and who took it on (a place in the circle, None for the patient). An emergency and what is
    urgent open again; a visit within two weeks is asked about once more, the circle too. No one asks about a check-up.
    """
    if tier not in ASKED_AFTER:
        return []
    asked = (ME,) if who is None else (ME, str(who))
    first, second = ASKED_AFTER[tier]
    if tier.is_pressing:
        return [Planned("question", since + first, asked), Planned("reopened", since + second, None)]
    return [Planned("question", since + first, asked), Planned("question", since + second, None)]


def lasts(order: Order) -> timedelta:
    """From the first to the last round of messages, if no one acts."""
    waits = [group.wait_minutes for group in order.groups]
    return timedelta(minutes=sum(waits) * order.rounds - waits[-1])


def _members(group: Group, circle: Sequence[str]) -> tuple[str, ...]:
    named = [name for name in (ME, *circle) if name in group.who or (name != ME and CAREGIVERS in group.who)]
    return tuple(named)


def _in_rounds(
    groups: Sequence[tuple[tuple[str, ...], int]], rounds: int, opened_at: datetime
) -> Iterator[tuple[datetime, tuple[str, ...]]]:
    due_at = opened_at
    for to, wait_minutes in list(groups) * rounds:
        yield due_at, to
        due_at += timedelta(minutes=wait_minutes)
