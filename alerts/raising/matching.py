"""Which of the findings kept earlier is which of those found now.

An edit, or an entry that arrives late, may move the day on which a pattern was first met. It stays the same finding
then, with the same alert: a correction to those told, never a second alert.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from alerts.models import Finding as KeptFinding
from alerts.raising.course import Course
from alerts.rules.episodes import GAP

NOBODY_CLOSED: Final[Mapping[UUID, date]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Matching:
    """`pairs` holds every finding of now, with the kept one that it is, if any; `gone` what no longer holds."""

    pairs: Sequence[tuple[Course, KeptFinding | None]]
    gone: Sequence[KeptFinding]


def matched(
    *, found: Sequence[Course], kept: Iterable[KeptFinding], closed_on: Mapping[UUID, date] = NOBODY_CLOSED
) -> Matching:
    """Pair by rule: those met on the same day first, then the nearest of the same episode.

    Living ones go before withdrawn ones. A withdrawn one that is found again is the same finding still. What was first
    met after someone closed the alert of a kept one (by its id, the day) is news and never that one.
    """
    left = sorted(kept, key=lambda one: (one.withdrawn_at is not None, -one.pk))
    same_day = [_taken(left, course, lambda one, course: one.met_on == course.finding.met_on) for course in found]
    pairs = []
    for course, kept_one in zip(found, same_day, strict=True):
        pairs.append((course, kept_one or _taken(left, course, _is_of_its_episode, closed_on)))
    return Matching(pairs, [one for one in left if one.withdrawn_at is None])


def _is_of_its_episode(kept: KeptFinding, course: Course) -> bool:
    """Whether they are near enough to be one; of danger signs also when the episode has come to begin long before."""
    finding = course.finding
    if finding.tier.is_pressing and finding.met_on <= kept.met_on <= course.last_held:
        return True
    return abs(kept.met_on - finding.met_on) <= timedelta(days=GAP[finding.tier])


def _taken(
    left: list[KeptFinding],
    course: Course,
    is_it: Callable[[KeptFinding, Course], bool],
    closed_on: Mapping[UUID, date] = NOBODY_CLOSED,
) -> KeptFinding | None:
    """Take out of `left` the kept finding of the rule that it may be and that was met nearest."""
    finding = course.finding
    near = [
        one
        for one in left
        if one.rule == finding.rule and is_it(one, course) and finding.met_on <= closed_on.get(one.alert_id, date.max)
    ]
    if not near:
        return None
    nearest = min(near, key=lambda one: (one.withdrawn_at is not None, abs(one.met_on - finding.met_on)))
    left.remove(nearest)
    return nearest
