"""The trials of a case with their verdicts: which count on a day, and with what before and after."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from alerts.rules.case import Case
from alerts.rules.night_rest import pattern_holds
from alerts.rules.remembering import remembered
from alerts.rules.trials import ADEQUACY, trials_of
from alerts.rules.verdicts import RESPONDED_COUNTS_AFTER, Judgement, Verdict

NOT_RESPONDED_COUNTS_AFTER = 90
"""A failed treatment counts while it runs and so many days after."""


@dataclass(frozen=True, slots=True)
class TrialEvidence:
    """A trial as shown beside a finding. Days are day numbers, scores are means in points."""

    kind: str
    name: str
    treatment: str
    """The id of the record that began the trial."""
    started_on: int
    last_day: int | None
    verdict: Verdict
    counts_as_not_responded: bool
    question: str | None
    before: float | None
    after: float | None
    low_confidence: bool


@remembered
def judgements(case: Case) -> list[Judgement]:
    """The trials of the case; each is judged only when someone asks about a day it counts on."""
    scores = {"night_rest": case.night_rest_score, "worst_pain": case.worst_pain}
    scored_days = list(case.days)
    return [
        Judgement(
            trial=trial,
            taken=case.taken(trial.records),
            scores=scores,
            scored_days=scored_days,
            pattern=partial(pattern_holds, case),
        )
        for trial in trials_of(case.history.treatments)
    ]


@remembered
def not_responded(case: Case, day: int) -> list[Judgement]:
    """The trials that count as not responded on the day."""
    return [judged for judged in judgements(case) if _counts_as_not_responded(case, judged, day)]


@remembered
def responded(case: Case, day: int) -> list[Judgement]:
    """The trials that count as responded on the day."""
    return [
        judged
        for judged in judgements(case)
        if judged.counts_on(day, days_after=RESPONDED_COUNTS_AFTER) and judged.verdict_on(day) is Verdict.RESPONDED
    ]


def trials_on(case: Case, day: int) -> tuple[TrialEvidence, ...]:
    """Every adequate trial that can still count on the day, with its before and after."""
    return tuple(
        _evidence(case, judged, day)
        for judged in judgements(case)
        if judged.counts_on(day, days_after=NOT_RESPONDED_COUNTS_AFTER)
    )


def _counts_as_not_responded(case: Case, judged: Judgement, day: int) -> bool:
    if not judged.counts_on(day, days_after=NOT_RESPONDED_COUNTS_AFTER):
        return False
    trial = judged.trial
    verdict = judged.verdict_on(min(day, trial.end))
    if verdict is Verdict.UNCERTAIN:
        late_enough = trial.day_number(day) >= ADEQUACY[trial.kind].uncertain_until
        return late_enough and pattern_holds(case, day)
    return verdict is Verdict.NOT_RESPONDED


def _evidence(case: Case, judged: Judgement, day: int) -> TrialEvidence:
    trial = judged.trial
    comparison = judged.last_comparison(day)
    return TrialEvidence(
        kind=trial.kind,
        name=trial.name,
        treatment=trial.records[0].id,
        started_on=trial.start,
        last_day=trial.end if trial.end <= day else None,
        verdict=judged.verdict_on(day),
        counts_as_not_responded=_counts_as_not_responded(case, judged, day),
        question=comparison.before.question if comparison else None,
        before=comparison.before.mean if comparison else None,
        after=comparison.after if comparison else None,
        low_confidence=comparison is not None and comparison.before.low_confidence,
    )
