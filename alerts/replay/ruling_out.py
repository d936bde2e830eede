"""Which stored diaries a rule can hold in at all, as the database finds in one pass over what is stored.

In most diaries a rule never comes near to holding. Whether its pattern of nights or its loss of weight is there, the
database and a look at nothing else tell far faster than the diary is read. Either may let in too many diaries, never
rule out one too many. A condition belongs to one version of a rule; a version without one rules out nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from math import ceil
from typing import Final, NamedTuple
from uuid import UUID

from alerts.histories.ranges import PatientRange, streamed
from alerts.replay.differences import may_hold
from alerts.replay.first_looks import NIGHTS, WEIGHTS, case_of_nights, case_of_weights
from alerts.rules.candidates import night_rest_not_responding_3, night_rest_persistent_3, silent_weeks, weight_loss_3
from alerts.rules.case import Case
from alerts.rules.checks import TOLERANCE, Quota, reaches
from alerts.rules.night_rest import PATTERN, pattern_days
from alerts.rules.rule import Rule
from alerts.rules.see_doctor import night_rest_not_responding, night_rest_persistent, weight_loss
from alerts.rules.see_doctor.night_rest_persistent import SIX_WEEKS
from alerts.rules.trials import ADEQUACY
from alerts.rules.weights import (
    BEFORE_WEIGHTS,
    LONG_AGO,
    LONG_LOSS,
    NOW_WEIGHTS,
    SHORT_AGO,
    SHORT_LOSS,
    days_of_a_loss,
    lost_share,
)


class InQuestion(NamedTuple):
    """A diary in which a rule may hold, with what is known of it by condition, `None` where it does not meet it."""

    patient: UUID
    told: Sequence[str | None]


class Source(NamedTuple):
    """What is known of every diary (SQL), and how to look at it."""

    sql: str
    case_of: Callable[[str], Case]


class Condition(NamedTuple):
    """What must be so for a rule to hold on any day: in the database's words about a source, then at a look."""

    source: str
    stored: str
    seen: Callable[[Case], bool]


def _least_yes(quota: Quota) -> int:
    return ceil(quota.share * quota.answers - TOLERANCE)


def _lost_enough(case: Case) -> bool:
    return any(
        reaches(lost_share(case, day, SHORT_AGO), SHORT_LOSS) or reaches(lost_share(case, day, LONG_AGO), LONG_LOSS)
        for day in days_of_a_loss(case)
    )


_TREATED: Final = ", ".join(f"'{kind}'" for kind in ADEQUACY)
_CAN_FAIL: Final = f"""positives >= {_least_yes(PATTERN)} AND patient_id IN
    (SELECT patient_id FROM diary_treatment WHERE kind IN ({_TREATED}) AND NOT deleted)"""  # noqa: S608 words of ours
_SIX_WEEKS: Final = f"positives >= {_least_yes(SIX_WEEKS)}"
_CAN_BE_A_LOSS: Final = f"""weighed >= {NOW_WEIGHTS + BEFORE_WEIGHTS}
    AND in_order[2] <= (in_order[weighed - 1] + in_order[weighed]) / 2 * {1 - min(SHORT_LOSS, LONG_LOSS) + TOLERANCE}
    AND NOT EXISTS (SELECT FROM diary_patient WHERE id = patient_id AND losing_weight_on_purpose)"""
# A median of three weights is not below the second lowest of all, and one of two not above the mean of the highest two.

SOURCES: Final = {"nights": Source(NIGHTS, case_of_nights), "weights": Source(WEIGHTS, case_of_weights)}
CONDITIONS: Final[Mapping[Rule, Condition]] = {
    # The pattern, and a treatment of a kind that can fail.
    night_rest_not_responding.RULE: Condition("nights", _CAN_FAIL, lambda case: bool(pattern_days(case))),
    night_rest_not_responding_3.RULE: Condition(
        "nights", _CAN_FAIL, lambda case: bool(silent_weeks.pattern_days(case))
    ),
    # What it asks for besides (nothing helped, the core rule does not hold, change since a visit) only holds it back.
    night_rest_persistent.RULE: Condition("nights", _SIX_WEEKS, partial(may_hold, night_rest_persistent.RULE)),
    night_rest_persistent_3.RULE: Condition("nights", _SIX_WEEKS, partial(may_hold, night_rest_persistent_3.RULE)),
    weight_loss.RULE: Condition("weights", _CAN_BE_A_LOSS, _lost_enough),
    weight_loss_3.RULE: Condition("weights", _CAN_BE_A_LOSS, _lost_enough),
}
"""By rule in one version, what a diary must fulfil for it to hold on any day."""


def diaries_in_question(rules: Sequence[Rule], patients: PatientRange) -> Iterator[InQuestion]:
    """The diaries in which one of the rules may hold on some day, by patient. Call it within a transaction."""
    return (InQuestion(patient, told) for patient, *told in streamed(_selecting(rules), patients._asdict()))


def still_in_question(diary: InQuestion, rules: Sequence[Rule]) -> bool:
    """Whether one of the rules may hold on some day, after a look at what is known of the diary."""
    cases: dict[str, Case] = {}
    for told, (source, stored) in zip(diary.told, _asked_of(rules) if diary.told else (), strict=True):
        if told is None:
            continue
        case = cases.get(source) or SOURCES[source].case_of(told)
        for condition in [CONDITIONS[rule] for rule in rules if CONDITIONS[rule][:2] == (source, stored)]:
            if condition.seen(case):
                return True
            case = case.with_versions({})  # which remembers all but the answers of rules, since versions share an id
        cases[source] = case
    return not diary.told


def _asked_of(rules: Iterable[Rule]) -> list[tuple[str, str]]:
    """The conditions of these rules, each once: the source and what is stored there."""
    return sorted({(CONDITIONS[rule].source, CONDITIONS[rule].stored) for rule in rules})


def _selecting(rules: Sequence[Rule]) -> str:
    """Selects each patient whose diary is in question, and what is known for each condition that is met."""
    if not all(rule in CONDITIONS for rule in rules):
        return "SELECT id FROM diary_patient WHERE id BETWEEN %(first)s AND %(last)s ORDER BY id"
    asked = _asked_of(rules)
    sources = ", ".join(f"{source} AS ({SOURCES[source].sql})" for source in sorted({source for source, _ in asked}))
    met = " UNION ALL ".join(
        f"SELECT patient_id, {number}, told FROM {source} WHERE {stored}"  # noqa: S608 names of ours
        for number, (source, stored) in enumerate(asked)
    )
    told = ", ".join(f"max(told) FILTER (WHERE number = {number})" for number in range(len(asked)))
    return f"""
        WITH {sources} SELECT patient_id, {told} FROM ({met}) AS met (patient_id, number, told)
        GROUP BY patient_id ORDER BY patient_id
    """  # noqa: S608 names of ours
