"""Everything that a screening reads of a diary, in one prepared statement: one follows nearly every write."""

from datetime import tzinfo
from typing import Final, NamedTuple
from uuid import UUID

from alerts.histories.columns import PROFILE, history_of
from alerts.histories.of_diary import ALWAYS, DIARY, in_the
from alerts.rules.earlier import VERSION_1, Recorded
from alerts.rules.history import History
from diary.format.time_zones import time_zone
from diary.reaching.local_time import ANYWHERE, ZONE_OF_PATIENT
from diary.statements import Later, ask

_KEPT: Final = "FROM alerts_finding WHERE patient_id = %(patient)s"
_EARLIER: Final = f"{_KEPT} AND withdrawn_at IS NULL AND rule_version = 1 AND rule = ANY(%(earlier)s) ORDER BY id"
_READING: Final = f"""
    SELECT {PROFILE}, {DIARY}, {ZONE_OF_PATIENT}, EXISTS (SELECT {_KEPT}),
        ARRAY(SELECT rule {_EARLIER}), ARRAY(SELECT met_on {_EARLIER})
    FROM diary_patient WHERE id = %(patient)s
"""  # noqa: S608 names of ours


class Reading(NamedTuple):
    """A diary of one moment, where the person is, and what earlier screenings found in it.

    `on_record`: the findings of earlier versions of the rules that were not withdrawn; `has_findings`: of any version,
    withdrawn or not.
    """

    history: History
    zone: tzinfo
    has_findings: bool
    on_record: list[Recorded]


def reading_of(*, patient_id: UUID) -> Later[Reading]:
    """The whole diary. Raises LookupError when it is gone."""
    rows = ask(_READING, {"patient": patient_id, "earlier": list(VERSION_1), **in_the(ALWAYS)})

    def read() -> Reading:
        for *profile, entries, treatments, events, zone, has_findings, rules, days in rows():
            history = history_of(profile=profile, entries=entries, treatments=treatments, events=events)
            on_record = [Recorded(rule, 1, met_on) for rule, met_on in zip(rules, days, strict=True)]
            return Reading(history, time_zone(zone or ANYWHERE), has_findings, on_record)
        raise LookupError(f"there is no diary {patient_id}")

    return read
