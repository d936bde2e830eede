"""A figure, and which alerts count for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from alerts.rules.tiers import Tier
from evaluation.scoring.intervals import Estimate
from evaluation.scoring.person import Alert

DANGER = frozenset({Tier.EMERGENCY.value, Tier.URGENT.value})
SEE_DOCTOR = frozenset({Tier.SEE_DOCTOR.value})
SENT = DANGER | SEE_DOCTOR
"""Every tier that alarms."""
CHECK_UP = frozenset({Tier.CHECK_UP.value})
ASKED = SENT | CHECK_UP
"""And those who are asked to have a check-up."""
CLASSES = ("severe chronic", "fluctuating", "persistent mild", "recovering")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, with the goal that was set for it: a least (`>=`) or a most (`<=`) value."""

    cohort: str
    name: str
    unit: str
    estimate: Estimate
    goal: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without a goal or a figure."""
        value = self.estimate.value
        if not self.goal or value is None:
            return None
        sign, bound = self.goal.split()
        return value >= float(bound) if sign == ">=" else value <= float(bound)


def of_tiers(alerts: Iterable[Alert], tiers: Iterable[str]) -> list[Alert]:
    """The alerts of these tiers."""
    tiers = frozenset(tiers)
    return [alert for alert in alerts if alert.tier in tiers]


def first_found(alerts: Iterable[Alert], tiers: Iterable[str]) -> Alert | None:
    """The alert of these tiers that was found first."""
    return min(of_tiers(alerts, tiers), key=lambda alert: alert.found, default=None)
