"""What the literature leaves open about synthetic people: the plausible choices, and how far each is varied.

The sensitivity run turns one choice at a time down and up and shows what becomes of the figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Choices:
    """How people's pain goes and how they keep a diary, as far as no one has measured it."""

    autocorrelation: tuple[float, float] = (0.2, 0.6)
    """How much a day's pain resembles the one before, lag one; each person has a value in between."""
    swings: float = 1.0
    """Times the spread of the true pain from day to day."""
    flares_a_year: tuple[float, float] = (6, 12)
    score_noise: float = 0.35
    """Points that a reported score is off before rounding: one in six or seven ends up one too high or too low."""
    wrong_answers: float = 0.02
    """Share of the yes/no answers about companions that are wrong."""
    unanswered: tuple[float, float] = (0.05, 0.15)
    """Share of single questions skipped; each person has a value in between."""
    scales_noise: float = 0.7
    """Kilograms by which a weighing is off (standard deviation)."""
    weighed_every: int = 7
    """Days from one weighing to the next."""
    skewed: float = 0.8
    """A third of the people skip rather when well and a third rather when at the worst: by so much of the missing share
    such a day is likelier to be skipped than another."""
    weekly_rise: float = 0.25
    """Points a week by which a tumour's pain rises, in the median."""
    passing_relief: float = 0.30
    """Share of people with a tumour whom simple painkillers help for two to five weeks."""
    responders: float = 1.0
    """Times the share of people with ordinary pain whom a treatment helps."""
    companions: float = 1.0
    """Times the share of people with a tumour who have each companion."""
    examined: float = 1.0
    """Times the share of people whom a doctor examined before the diary."""
    begins: tuple[float, float] = (91.0, 1.0)
    """When people with a tumour begin to write: so many days after the first symptom at the soonest, and within this
    share of the time to the diagnosis at the latest; any day between is as likely. The habits of keeping a diary are
    those of people whose pain had lasted three months or more (Druce 2017), so no one begins sooner."""
    days_of_use: float = 1.0
    """Times the days on which people write before they stop."""


PLAUSIBLE = Choices()

VARIED: Mapping[str, tuple[Choices, Choices]] = {
    "one day like the next: lag one 0 to 0.2; 0.6 to 0.8": (
        replace(PLAUSIBLE, autocorrelation=(0.0, 0.2)),
        replace(PLAUSIBLE, autocorrelation=(0.6, 0.8)),
    ),
    "true swings from day to day: × 0.7; × 1.4": (replace(PLAUSIBLE, swings=0.7), replace(PLAUSIBLE, swings=1.4)),
    "flares a year: 2 to 5; 14 to 20": (
        replace(PLAUSIBLE, flares_a_year=(2, 5)),
        replace(PLAUSIBLE, flares_a_year=(14, 20)),
    ),
    "noise of a score: none; 0.7 points": (replace(PLAUSIBLE, score_noise=0.0), replace(PLAUSIBLE, score_noise=0.7)),
    "wrong yes/no answers: none; 5 %": (replace(PLAUSIBLE, wrong_answers=0.0), replace(PLAUSIBLE, wrong_answers=0.05)),
    "single questions skipped: none; 15 to 30 %": (
        replace(PLAUSIBLE, unanswered=(0.0, 0.0)),
        replace(PLAUSIBLE, unanswered=(0.15, 0.30)),
    ),
    "scales off by: 0.4 kg; 1.0 kg": (replace(PLAUSIBLE, scales_noise=0.4), replace(PLAUSIBLE, scales_noise=1.0)),
    "weighed every: 3 days; 10 days": (replace(PLAUSIBLE, weighed_every=3), replace(PLAUSIBLE, weighed_every=10)),
    "days rather skipped when well or worst: by 0; by 1.0 of the share": (
        replace(PLAUSIBLE, skewed=0.0),
        replace(PLAUSIBLE, skewed=1.0),
    ),
    "rise of a tumour's pain: 0.15; 0.4 points a week": (
        replace(PLAUSIBLE, weekly_rise=0.15),
        replace(PLAUSIBLE, weekly_rise=0.40),
    ),
    "passing relief from painkillers: 10 %; 60 %": (
        replace(PLAUSIBLE, passing_relief=0.10),
        replace(PLAUSIBLE, passing_relief=0.60),
    ),
    "ordinary pain that a treatment helps: × 0.5; × 1.5": (
        replace(PLAUSIBLE, responders=0.5),
        replace(PLAUSIBLE, responders=1.5),
    ),
    "companions of a tumour: × 0.5; × 1.2": (replace(PLAUSIBLE, companions=0.5), replace(PLAUSIBLE, companions=1.2)),
    "examined before the diary: no one; × 1.1": (replace(PLAUSIBLE, examined=0.0), replace(PLAUSIBLE, examined=1.1)),
    "beginning of the diary: first third of the illness; from the first symptom on": (
        replace(PLAUSIBLE, begins=(0.0, 1 / 3)),
        replace(PLAUSIBLE, begins=(0.0, 1.0)),
    ),
    "days of use: × 0.7; × 1.4": (replace(PLAUSIBLE, days_of_use=0.7), replace(PLAUSIBLE, days_of_use=1.4)),
}
"""Each choice turned down and up, by what is varied."""
