"""What the database tells of all stored diaries in one pass: their nights, a bit a day, or their weights.

That is enough to see that a pattern of nights or a loss of weight is not there, without reading the diary.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import msgspec

from alerts.rules.case import Case
from alerts.rules.days import POSITIVE_SCORE
from alerts.rules.history import Answers, History

_BLOCK: Final = 63
"""Days in a block, whose bits fit a bigint."""
_LIVING: Final = "patient_id BETWEEN %(first)s AND %(last)s AND NOT deleted"
_DAY: Final = f"(date - DATE '{date.min}' + {date.min.toordinal()})"
_BIT: Final = f"1::bigint << mod({_DAY}, {_BLOCK})"
_ANSWERED: Final = "night_pain IS NOT NULL OR rest_pain IS NOT NULL OR woke_from_sleep IS NOT NULL"
_POSITIVE: Final = f"night_pain >= {POSITIVE_SCORE} OR rest_pain >= {POSITIVE_SCORE} OR woke_from_sleep"
NIGHTS: Final = f"""
    SELECT patient_id, json_agg(json_build_array(block, answered, coalesce(positive, 0)))::text AS told,
        sum(bit_count(positive::bit(64))) AS positives
    FROM (SELECT patient_id, {_DAY} / {_BLOCK} AS block, bit_or({_BIT}) AS answered,
              bit_or({_BIT}) FILTER (WHERE {_POSITIVE}) AS positive
          FROM diary_entry WHERE {_LIVING} AND ({_ANSWERED}) GROUP BY patient_id, block) AS blocks
    GROUP BY patient_id
"""  # noqa: S608 names of ours
"""Selects each patient's night/rest answers and how many days are positive, for the patients of a range."""

WEIGHTS: Final = f"""
    SELECT patient_id, json_agg(json_build_array({_DAY}, weight_kg) ORDER BY date, recorded_at, id)::text AS told,
        count(*) AS weighed, array_agg(weight_kg ORDER BY weight_kg) AS in_order
    FROM diary_entry WHERE {_LIVING} AND weight_kg IS NOT NULL GROUP BY patient_id
"""  # noqa: S608 names of ours
"""Selects likewise each patient's weights, the last recorded of a day last; how many, and the lowest first."""

_BLOCKS: Final = msgspec.json.Decoder(list[tuple[int, int, int]])
_WEIGHED: Final = msgspec.json.Decoder(list[tuple[int, float]])
_NOT_POSITIVE, _IS_POSITIVE = Answers(woke_from_sleep=False), Answers(woke_from_sleep=True)


def case_of_nights(nights: str) -> Case:
    """A case in which nothing but the night/rest answers is known."""
    return _case_of(dict(sorted(_said_by_night(nights))))


def case_of_weights(weights: str) -> Case:
    """A case in which nothing but the weights is known."""
    return _case_of({day: Answers(weight_kg=weight) for day, weight in _WEIGHED.decode(weights)})


def _said_by_night(nights: str) -> Iterator[tuple[int, Answers]]:
    for block, answered, positive in _BLOCKS.decode(nights):
        for bit in range(_BLOCK):
            if answered >> bit & 1:
                yield block * _BLOCK + bit, _IS_POSITIVE if positive >> bit & 1 else _NOT_POSITIVE


def _case_of(days: dict[int, Answers]) -> Case:
    case = Case(History(), whole=True)
    case.days = days
    return case
