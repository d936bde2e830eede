"""Which trials there are: treatment records joined and parted by name, gap and dose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from unicodedata import normalize

from tests.reference.words import Diary, day_of

DAY = timedelta(days=1)
Record = dict[str, Any]


@dataclass
class Trial:
    """One trial: its records, its first day and its last (none while no one stopped it)."""

    kind: str
    records: list[Record]
    started: date
    ended: date | None

    def runs(self, day: date) -> bool:
        return self.started <= day and (self.ended is None or day <= self.ended)

    def had_day(self, number: int, day: date) -> bool:
        """The trial itself has reached this day of it, its first day being 1."""
        reached = self.started + (number - 1) * DAY
        return reached <= day and self.runs(reached)


UNSEEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def one_form(text: str) -> str:
    """NFKC, case, runs of white space; what shows nothing at all is no part of a name either."""
    seen = normalize("NFKC", UNSEEN.sub("", text))
    return re.sub(r"\s+", " ", normalize("NFKC", seen.casefold())).strip()


def name_of(record: Record) -> tuple[str, str]:
    """The same kind and name."""
    return record["kind"], one_form(record.get("name") or "")


def unit_of(record: Record) -> str | None:
    return None if record.get("dose_unit") is None else one_form(record["dose_unit"])


def stop_of(record: Record) -> date | None:
    return day_of(record["stopped_on"]) if record.get("stopped_on") else None


def dose_step(last: Record, record: Record) -> str:
    """A dose at least 25 % higher is `higher`, any lower one `lower`; only doses in the same unit compare."""
    old, new = last.get("daily_dose"), record.get("daily_dose")
    if old is None or new is None or unit_of(last) != unit_of(record):
        return "same"
    if Fraction(str(new)) >= Fraction(125, 100) * Fraction(str(old)):
        return "higher"
    return "lower" if Fraction(str(new)) < Fraction(str(old)) else "same"


def later_stop(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else max(one, other)


def earlier_stop(one: date | None, other: date) -> date:
    return other if one is None else min(one, other)


def trials_of(diary: Diary) -> list[Trial]:
    """Every trial, adequate or not. Of records begun on one day the first stopped is the first."""
    by_name: dict[tuple[str, str], list[Record]] = {}
    for record in sorted(diary.treatments, key=lambda r: (r["started_on"], r.get("stopped_on") or "9999", r["id"])):
        by_name.setdefault(name_of(record), []).append(record)
    return [trial for records in by_name.values() for trial in trials_of_one_name(records)]


def trials_of_one_name(records: list[Record]) -> list[Trial]:
    """A record without a free day in between continues the trial; a higher dose ends it and begins the next;
    a lower dose ends it and begins none.
    """
    trials: list[Trial] = []
    current: Trial | None = None  # none while a lowered dose is taken
    taken_until: date | None = date.min
    last: Record | None = None
    for record in records:
        start = day_of(record["started_on"])
        follows = last is not None and (taken_until is None or start <= taken_until + DAY)
        step = dose_step(last, record) if follows and last is not None else "first"
        if step in ("higher", "lower") and current is not None:
            current.ended = earlier_stop(current.ended, start - DAY)
            current = None
        if step in ("first", "higher"):
            current = Trial(record["kind"], [], start, stop_of(record))
            trials.append(current)
        if current is not None:
            current.records.append(record)
            current.ended = later_stop(current.ended, stop_of(record))
        taken_until = later_stop(taken_until, stop_of(record)) if follows else stop_of(record)
        last = record
    return trials


def trials(diary: Diary) -> list[Trial]:
    if "trials" not in diary.memory:
        diary.memory["trials"] = trials_of(diary)
    found: list[Trial] = diary.memory["trials"]
    return found
