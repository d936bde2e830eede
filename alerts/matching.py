"""Which of the findings kept earlier is which of those found now.

An edit, or an entry that arrives late, may move the day on which a pattern was first met. It stays the same finding
then, with the same alert: a correction to those told, never a second alert.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from alerts.models import Finding as KeptFinding
from alerts.rules.episodes import GAP
from alerts.rules.findings import Finding

NOBODY_CLOSED: Final[Mapping[UUID, date]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Matching:
    """`pairs` holds every finding of now, with the kept one that it is, if any; `gone` what no longer holds."""

    pairs: Sequence[tuple[Finding, KeptFinding | None]]
    gone: Sequence[KeptFinding]


def matched(
    *, found: Sequence[Finding], kept: Iterable[KeptFinding], closed_on: Mapping[UUID, date] = NOBODY_CLOSED
) -> Matching:
    """Pair by rule: those met on the same day first, then the nearest of the same episode.

    Living ones go before withdrawn ones. A withdrawn one that is found again is the same finding still. What was first
    met after somebody closed the alert of a kept one (by its id, the day) is news and never that one.
    """
    left = sorted(kept, key=lambda one: (one.withdrawn_at is not None, -one.pk))
    same_day = [_taken(left, finding, timedelta(0)) for finding in found]
    pairs = []
    for finding, kept_one in zip(found, same_day, strict=True):
        gap = timedelta(days=GAP[finding.tier])
        pairs.append((finding, kept_one or _taken(left, finding, gap, closed_on)))
    return Matching(pairs, [one for one in left if one.withdrawn_at is None])


def _taken(
    left: list[KeptFinding],
    finding: Finding,
    within: timedelta,
    closed_on: Mapping[UUID, date] = NOBODY_CLOSED,
) -> KeptFinding | None:
    """Take out of `left` the kept finding of the rule that was met nearest, and not further away than `within`."""
    near = [
        one
        for one in left
        if one.rule == finding.rule
        and abs(one.met_on - finding.met_on) <= within
        and finding.met_on <= closed_on.get(one.alert_id, date.max)
    ]
    if not near:
        return None
    nearest = min(near, key=lambda one: (one.withdrawn_at is not None, abs(one.met_on - finding.met_on)))
    left.remove(nearest)
    return nearest
