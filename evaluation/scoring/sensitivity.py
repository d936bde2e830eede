"""What becomes of the figures when a plausible choice of the generator is another one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Mapped
from dataclasses import dataclass, replace

from evaluation.cohorts.choices import PLAUSIBLE, VARIED, Choices
from evaluation.cohorts.scenarios import SCENARIOS, People, Scenario
from evaluation.scoring.false_alarms import ASSESSED, RULE_FALSE
from evaluation.scoring.figure import Figure
from evaluation.scoring.figures import figures
from evaluation.scoring.found import BEFORE, DELAY, EARLY, FOUND, WELL_KEPT
from evaluation.scoring.intervals import Estimate
from evaluation.scoring.running import Mapping, scored_cohorts

HEADLINES = {
    "found, 30 % missing (%)": ("missing-30", FOUND),
    "delay, 9 in 10 (days)": ("missing-30", f"{DELAY}90th percentile"),
    "8 weeks before, 30 % missing (%)": ("missing-30", f"malignant: {EARLY}"),
    "well kept: alerted (%)": ("realistic", f"{WELL_KEPT}: {BEFORE}"),
    "well kept: 8 weeks before (%)": ("realistic", f"{WELL_KEPT}: {EARLY}"),
    "assessed alerts (per 100 years)": ("benign-only", f"{ASSESSED}all: alerts"),
    "rule-false (per 100 years)": ("benign-only", RULE_FALSE),
}
"""What is shown of each run, by what it is called."""


@dataclass(frozen=True, slots=True)
class Varied:
    """The headlines with one choice changed."""

    what: str
    estimates: tuple[Estimate, ...]


WITHOUT_BEARING: Mapped[str, tuple[str, ...]] = {
    "missing-30": ("begins", "days_of_use"),
    "realistic": ("flares_a_year", "responders"),
    "benign-only": ("weekly_rise", "passing_relief", "companions", "begins", "days_of_use", "skewed"),
}
"""Choices that change nothing in a cohort, which is then not drawn again."""


def sensitivity(*, seed: int, count: int, mapped: Mapping) -> Iterator[Varied]:
    """The headlines as the choices are, then with each turned down and turned up; the people's seed is the same."""
    known: dict[Scenario, list[Figure]] = {}

    def headlines(choices: Choices) -> tuple[Estimate, ...]:
        scenarios = _scenarios(choices)
        unknown = [scenario for scenario in scenarios if scenario not in known]
        people = scored_cohorts(unknown, seed=seed, count=count, mapped=mapped)
        known.update({scenario: figures(scenario.name, people[scenario.name]) for scenario in unknown})
        found = {(figure.cohort, figure.name): figure.estimate for one in scenarios for figure in known[one]}
        return tuple(found[headline] for headline in HEADLINES.values())

    yield Varied("as chosen", headlines(PLAUSIBLE))
    for what, turned in VARIED.items():
        name, ways = what.split(": ", 1)
        for way, choices in zip(ways.split("; "), turned, strict=True):
            yield Varied(f"{name}: {way}", headlines(choices))


def _scenarios(choices: Choices) -> Sequence[Scenario]:
    """With tumours only where people keep the diary as people do, for only theirs are counted there."""
    realistic = replace(SCENARIOS["realistic"], people=People(malignant=1.0))
    chosen = (SCENARIOS["missing-30"], realistic, SCENARIOS["benign-only"])
    return [replace(scenario, choices=_that_bear(scenario, choices)) for scenario in chosen]


def _that_bear(scenario: Scenario, choices: Choices) -> Choices:
    return replace(choices, **{name: getattr(PLAUSIBLE, name) for name in WITHOUT_BEARING[scenario.name]})
