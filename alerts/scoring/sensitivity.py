"""What becomes of the figures when a plausible choice of the generator is another one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from alerts.cohorts.choices import PLAUSIBLE, VARIED, Choices
from alerts.cohorts.scenarios import SCENARIOS, People, Scenario
from alerts.scoring.false_alarms import ASSESSED, RULE_FALSE
from alerts.scoring.figure import Figure
from alerts.scoring.figures import figures
from alerts.scoring.found import BEFORE, DELAY, EARLY, FOUND, WELL_KEPT
from alerts.scoring.intervals import Estimate
from alerts.scoring.running import Mapping, scored_cohorts

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


def sensitivity(*, seed: int, count: int, mapped: Mapping) -> Iterator[Varied]:
    """The headlines as the choices are, then with each turned down and turned up; the people's seed is the same."""
    yield Varied("as chosen", _headlines(PLAUSIBLE, seed, count, mapped))
    for what, turned in VARIED.items():
        name, ways = what.split(": ", 1)
        for way, choices in zip(ways.split("; "), turned, strict=True):
            yield Varied(f"{name}: {way}", _headlines(choices, seed, count, mapped))


def _headlines(choices: Choices, seed: int, count: int, mapped: Mapping) -> tuple[Estimate, ...]:
    people = scored_cohorts(_scenarios(choices), seed=seed, count=count, mapped=mapped)
    found: dict[tuple[str, str], Figure] = {
        (figure.cohort, figure.name): figure for cohort, of_it in people.items() for figure in figures(cohort, of_it)
    }
    return tuple(found[headline].estimate for headline in HEADLINES.values())


def _scenarios(choices: Choices) -> Sequence[Scenario]:
    """With tumours only where people keep the diary as people do, for only theirs are counted there."""
    realistic = replace(SCENARIOS["realistic"], people=People(malignant=1.0))
    chosen = (SCENARIOS["missing-30"], realistic, SCENARIOS["benign-only"])
    return [replace(scenario, choices=choices) for scenario in chosen]
