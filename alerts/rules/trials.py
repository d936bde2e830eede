"""Treatment trials: which treatments form one, and from when on it is adequate.

A trial begins with a treatment and ends on its last day taken. A record of the same kind and name that follows
without a free day continues it; a dose at least 25 % higher ends it and begins a new one; a lower dose ends it and
begins none. Names and units are compared in their normal form. What came of a trial is in `verdicts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from alerts.rules.checks import reaches
from alerts.rules.history import Treatment
from alerts.rules.normal_form import normal_form
from alerts.rules.series import Series

HIGHER_DOSE = 1.25
"""A dose at least a quarter higher is another treatment attempt."""

STILL_RUNNING = 10**7
"""The last day of a trial that has none yet: after every possible date."""


@dataclass(frozen=True, slots=True)
class Adequacy:
    """What makes a trial of this kind long and regular enough to be judged."""

    days: int
    """Length in days, the first included."""
    taken_share: float = 0.0
    """Share of the days on which taking was answered. An unanswered day is not a missed dose."""
    sessions: int = 0
    """Days with a yes."""
    uncertain_until: int = 28
    """From this day of the trial on an uncertain result counts as not responded."""


ADEQUACY: Mapping[str, Adequacy] = {
    "medication": Adequacy(days=14, taken_share=0.70),
    "physiotherapy": Adequacy(days=42, sessions=4, uncertain_until=56),
    "home_exercise": Adequacy(days=42, taken_share=0.60, uncertain_until=56),
}
"""Heat, injection and other treatments never are."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One treatment attempt from its first to its last day (day numbers, both included)."""

    kind: str
    name: str
    start: int
    end: int
    records: tuple[Treatment, ...]

    @property
    def recalled_before(self) -> int | None:
        """The score the person remembers from before the start."""
        return self.records[0].recalled_score_before

    def day_number(self, day: int) -> int:
        """1 on the first day of the trial; it stops counting on the last."""
        return min(day, self.end) - self.start + 1


def trials_of(treatments: Iterable[Treatment]) -> tuple[Trial, ...]:
    """The trials that a patient's treatments form, by first day."""
    in_order = sorted((record for record in treatments if _last_day(record) >= _first_day(record)), key=_order)
    trials = [trial for _, records in groupby(in_order, key=_identity) for trial in _trials_of_one_treatment(records)]
    return tuple(sorted(trials, key=lambda trial: (trial.start, trial.kind, trial.name)))


def adequate_from(trial: Trial, taken: Series) -> int | None:
    """The first day on which the trial is adequate; `None` when it never is.

    `taken` holds the days on which taking this treatment was answered.
    """
    needed = ADEQUACY.get(trial.kind)
    if needed is None:
        return None
    earliest = trial.start + needed.days - 1
    for day in (earliest, *(answered for answered in taken.days if answered > earliest)):
        if day > trial.end:
            return None
        if _regular_enough(needed, taken, trial, day):
            return day
    return None


def _regular_enough(needed: Adequacy, taken: Series, trial: Trial, day: int) -> bool:
    answers, yes = taken.window(day, trial.day_number(day))
    return yes >= needed.sessions and reaches(yes, needed.taken_share * answers)


def _trials_of_one_treatment(records: Iterable[Treatment]) -> Iterator[Trial]:
    """Records of one kind and name, in order of time, cut where a free day or another dose separates them."""
    current: Trial | None = None
    is_trial = True
    for record in records:
        begun = _trial_begun_by(record)
        follows = current is not None and begun.start <= current.end + 1
        change = _dose_change(current.records[-1], record) if current and follows else None
        if current and change == "same":
            current = _continued(current, begun)
            continue
        if current and is_trial:
            yield from _ended_before(current, begun.start)
        current, is_trial = begun, change != "lower"
    if current and is_trial:
        yield current


def _dose_change(last: Treatment, following: Treatment) -> Literal["higher", "same", "lower"]:
    """How the dose changed from one record to the next; unanswered doses and differing units are no change."""
    if last.daily_dose is None or following.daily_dose is None or _unit(last) != _unit(following):
        return "same"
    if reaches(following.daily_dose, HIGHER_DOSE * last.daily_dose):
        return "higher"
    return "lower" if following.daily_dose < last.daily_dose else "same"


def _continued(current: Trial, following: Trial) -> Trial:
    return replace(current, end=max(current.end, following.end), records=current.records + following.records)


def _ended_before(trial: Trial, day: int) -> Iterator[Trial]:
    end = min(trial.end, day - 1)
    if end >= trial.start:
        yield replace(trial, end=end)


def _trial_begun_by(record: Treatment) -> Trial:
    return Trial(
        kind=record.kind,
        name=record.name.strip(),
        start=_first_day(record),
        end=_last_day(record),
        records=(record,),
    )


def _identity(record: Treatment) -> tuple[str, str]:
    return record.kind, normal_form(record.name)


def _unit(record: Treatment) -> str | None:
    return None if record.dose_unit is None else normal_form(record.dose_unit)


def _order(record: Treatment) -> tuple[tuple[str, str], int, int, str]:
    return _identity(record), _first_day(record), _last_day(record), record.id


def _first_day(record: Treatment) -> int:
    return record.started_on.toordinal()


def _last_day(record: Treatment) -> int:
    return STILL_RUNNING if record.stopped_on is None else record.stopped_on.toordinal()
