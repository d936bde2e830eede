"""Why goals are missed, with the figures that show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from evaluation.scoring.by_rule import RuleShare
from evaluation.scoring.evidence import Evidence
from evaluation.scoring.false_alarms import ALL, ASSESSED, CHECK_UPS, OLDER, RULE_FALSE
from evaluation.scoring.figure import Figure
from evaluation.scoring.found import DELAY, EARLY, FOUND, WELL_KEPT
from evaluation.scoring.tables import number

ALL_ASSESSED = f"{ASSESSED}all: alerts"
NO_RULE = RuleShare(rule="", assessed=0, older=0, not_yet=0, false=0, assessed_false=0, first=0)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why goals of a cohort are missed: those whose name holds one of these words."""

    cohort: str
    names: tuple[str, ...]
    told: Callable[[Evidence], str]

    def explains(self, figure: Figure) -> bool:
        """Whether it is about this figure."""
        return figure.cohort == self.cohort and any(name in figure.name for name in self.names)


def _delay(found: Evidence) -> str:
    noiseless, chosen, noisy = (
        number(found.turned(what, "delay, 9 in 10 (days)").value)
        for what in ("noise of a score: none", "as chosen", "noise of a score: 0.7 points")
    )
    return (
        "*Delay of complete diaries.* Nothing is missing here, so what delays is the noise of the answers: a score"
        " that is off by one at a threshold, and means of 28 days of which every day counts. With 30 % of the days"
        f" missing, nine in ten of the sensitivity run are found within {chosen} days as chosen, {noiseless} without"
        f" noise of the scores and {noisy} with twice as much."
    )


def _missing(found: Evidence) -> str:
    value = number(found.estimate("missing-50", FOUND).value)
    tried = number(found.with_candidates("silent weeks", "missing-50", FOUND).value)
    return (
        "*Days missing.* A week may hold fewer than two answers then, which breaks the pattern of three weeks and the"
        " run of six; a change since a visit must be there on fourteen days in a row; a short spell in ordinary pain"
        f" passes unseen. With half of the days missing {value} % are found by the active versions and {tried} % by the"
        " candidates that do not count silence as a no."
    )


def _well_kept(found: Evidence) -> str:
    value = number(found.estimate("realistic", f"{WELL_KEPT}: {EARLY}").value)
    chosen, third, symptom, longer = (
        number(found.turned(what, "well kept: 8 weeks before (%)").value)
        for what in (
            "as chosen",
            "beginning of the diary: first third of the illness",
            "beginning of the diary: from the first symptom on",
            "days of use: × 1.4",
        )
    )
    return (
        f"*Well-kept diaries, eight weeks before* ({value} %). A diary that begins in the last eight weeks before the"
        " diagnosis, or needs its first weeks to show a pattern and had hardly more before them, cannot do it. What"
        " decides is when people begin and how long they go on, not the rules. In the sensitivity run, of few"
        f" people, {chosen} % are alerted so early as chosen, {symptom} % when people begin at any time from the first"
        f" symptom on, {third} % when they begin in the first third of the illness, and {longer} % when they write 1.4"
        " times as long."
    )


def _ordinary_pain(found: Evidence) -> str:
    assessed = sum(rule.assessed for rule in found.rules)
    true = assessed - sum(rule.assessed_false for rule in found.rules)
    often = sorted(found.rules, key=lambda rule: -rule.assessed)
    counts = ", ".join(f"`{rule.rule}` {rule.assessed}" for rule in often if rule.assessed)
    active = number(found.estimate("benign-only", ALL_ASSESSED).value)
    tried = number(found.with_candidates("kilograms", "benign-only", ALL_ASSESSED).value)
    return (
        f"*Alerts while assessed, by class and beside the naive rules.* {assessed} alerts: {counts}. {true} are true by"
        " the definitions: the true state changed since the visit as the rule says. One in 25 of these people loses"
        " weight without a serious cause (Hamilton 2005) and scales err, whatever the class of the pain, so that in"
        " mild and recovering pain, which has hardly any painful nights, weight is what alerts, by itself or as a"
        f" companion that `lung_symptoms` counts. The candidate in kilograms takes the rate from {active} to {tried}"
        " per 100 years. Each class has few alerts: its interval says how little is known. The naive rules"
        " alert about once a year and can hardly alert more often, so twelve times fewer means under eight."
    )


def _any_visit(found: Evidence) -> str:
    not_yet, older, assessed = (
        sum(getattr(rule, standing) for rule in found.rules) for standing in ("not_yet", "older", "assessed")
    )
    weight, lung = _rule(found, "weight_loss"), _rule(found, "lung_symptoms")
    return (
        f"*All ordinary pain, and visits of long ago.* {not_yet} alarms come before any visit, {assessed} within a year"
        f" of one and {older} later. After more than a year {weight.older} are `weight_loss` and {lung.older}"
        " `lung_symptoms`; the others are changes since the visit, and patterns of people who began to write more than"
        " a year after it, of whom it says nothing."
    )


def _never_assessed(found: Evidence) -> str:
    weight, lung = _rule(found, "weight_loss"), _rule(found, "lung_symptoms")
    others = sum(rule.not_yet for rule in found.rules) - weight.not_yet - lung.not_yet
    return (
        f"*Never assessed, advised within a year.* Of the alerts before a first assessment {weight.not_yet} are"
        f" `weight_loss`, {lung.not_yet} `lung_symptoms` and {others} all the others, these in severe and fluctuating"
        " pain mostly. Someone who has lost 3 % in three months and whom no doctor has seen is whom the rule means; a"
        " goal of 6 % leaves no room for the 4 % who lose weight and for those whose scales seem to say so."
    )


def _rule_false(found: Evidence) -> str:
    weight, lung = _rule(found, "weight_loss"), _rule(found, "lung_symptoms")
    false = sum(rule.false for rule in found.rules)
    chosen, steady, often = (
        number(found.turned(what, "rule-false (per 100 years)").value)
        for what in ("as chosen", "scales off by: 0.4 kg", "weighed every: 3 days")
    )
    active = number(found.estimate("benign-only", RULE_FALSE).value)
    tried = number(found.with_candidates("kilograms", "benign-only", RULE_FALSE).value)
    return (
        f"*Rule-false alerts.* Of {false}, {weight.false} are `weight_loss` and {lung.false} `lung_symptoms`, most of"
        " which count the same loss as a companion. Scales that are off by 0.7 kg and read once a week reach 3 % of a"
        " light person by chance, and bring forward the day on which a slow loss reaches it. In the sensitivity run the"
        f" rate is {chosen} as chosen, {steady} with scales that are off by 0.4 kg and {often} with a weighing every"
        f" three days. The candidate in kilograms takes it from {active} to {tried}; the loss that `lung_symptoms`"
        " counts would have to be defined with it."
    )


def _rule(found: Evidence, name: str) -> RuleShare:
    return next((rule for rule in found.rules if rule.rule == name), NO_RULE)


REASONS = (
    Reason("complete", (DELAY,), _delay),
    Reason("missing-30", (FOUND, DELAY), _missing),
    Reason("missing-50", (FOUND,), _missing),
    Reason("realistic", (WELL_KEPT,), _well_kept),
    Reason("benign-only", (ALL, CHECK_UPS, OLDER), _any_visit),
    Reason("benign-only", (ASSESSED,), _ordinary_pain),
    Reason("benign-only", ("never assessed",), _never_assessed),
    Reason("benign-only", (RULE_FALSE,), _rule_false),
)
"""In the order of the goals."""
