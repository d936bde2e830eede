"""The case: a patient's history arranged for the rules to look at.

Every question a rule asks takes the day it asks about and looks at nothing later, so that one case answers for any
date of the diary. Answers to the same question are remembered within the case.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from copy import copy
from datetime import date
from functools import cached_property
from itertools import compress
from operator import attrgetter, methodcaller
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from alerts.rules import days as day_words
from alerts.rules.assessments import assessment_days
from alerts.rules.days import UNANSWERED, days_of
from alerts.rules.history import Answers, Event, History, Profile, Treatment
from alerts.rules.series import Series
from alerts.rules.words import newly_yes

if TYPE_CHECKING:
    from alerts.rules.rule import Rule

OnRecord = Mapping[str, Sequence[int]]
"""Days of findings by the rule's family, or by its id where it has none."""
NOTHING_ON_RECORD: OnRecord = MappingProxyType({})

AS_THEY_ARE: Mapping[str, Rule] = MappingProxyType({})
"""No rule is tried in another version."""


class Case:
    """One history, merged into days, with each question as a series.

    `versions` are rules by id that are asked in place of those of the same id, also by rules that depend on them.
    `whole`: every day will be asked about, not a few. `on_record`: the days of findings that an earlier version of a
    rule made, and that stay; the rule keeps quiet after them as after its own.
    """

    def __init__(
        self,
        history: History,
        *,
        versions: Mapping[str, Rule] = AS_THEY_ARE,
        whole: bool = False,
        on_record: OnRecord = NOTHING_ON_RECORD,
    ) -> None:
        self.history = history
        self.on_record = on_record
        self.whole = whole
        self.versions = versions
        self.profile: Profile = history.profile
        self.days: dict[int, Answers] = days_of(history.entries)
        self._symptoms: dict[str, Series] = {}
        self.memory: dict[tuple[object, ...], Any] = {}
        self.possible: dict[str, Set[int]] = {}
        """By rule, the only days on which it can hold, once someone asked about the whole diary."""

    def with_versions(self, versions: Mapping[str, Rule]) -> Case:
        """The same history where these rules are asked instead; what was found out about it without a rule is kept."""
        other = copy(self)
        other.versions, other.possible = versions, {}
        other.memory = {asked: answer for asked, answer in self.memory.items() if callable(asked[0])}
        return other

    def forget(self) -> None:
        """Drop what is remembered: it refers back to the case, which would keep both until a garbage collection."""
        self.memory.clear()

    def on(self, day: int) -> Answers:
        """What was answered on the day; everything unanswered when there is no entry."""
        return self.days.get(day, UNANSWERED)

    def yes_days(self, name: str) -> Sequence[int]:
        """The days that say yes to this symptom, in order of time."""
        return self._yes_days.get(name, ())

    def days_saying(self, names: Iterable[str]) -> set[int]:
        """The days that say yes to any of these symptoms."""
        return {day for name in names for day in self.yes_days(name)}

    def signs_on(self, day: int, names: Iterable[str]) -> list[str]:
        """Which of these symptoms the day says yes to."""
        answered = self.on(day).symptoms
        return [name for name in names if answered.get(name)] if answered else []

    def new_signs_on(self, day: int, names: Iterable[str]) -> list[str]:
        """Which of these symptoms the day newly says yes to."""
        return [name for name in self.signs_on(day, names) if newly_yes(self.symptom(name), day)]

    def age(self, day: int) -> int | None:
        """The year of the day minus the birth year: never too low, at most a year too high."""
        birth_year = self.profile.birth_year
        return None if birth_year is None else date.fromordinal(day).year - birth_year

    def events_between(self, first_day: int, last_day: int, kinds: Iterable[str]) -> list[Event]:
        """The events of these kinds from one day to another, both included, in order of time."""
        first = bisect_left(self._event_days, first_day)
        last = bisect_right(self._event_days, last_day)
        return [event for event in self._events[first:last] if event.kind in kinds]

    def days_after_events(self, kinds: Iterable[str], after: Iterable[int]) -> set[int]:
        """The days that lie so many days after an event of these kinds."""
        happened = [event.date.toordinal() for event in self._events if event.kind in kinds]
        return {day + later for day in happened for later in after}

    @cached_property
    def recorded_days(self) -> list[int]:
        """The days something was recorded about: an answer or an event."""
        return sorted({*self.days, *self._event_days})

    @cached_property
    def recorded(self) -> Set[int]:
        """The same days, to ask whether one is among them."""
        return set(self.recorded_days)

    @cached_property
    def last_day(self) -> int | None:
        """The last date of an entry or event."""
        dates = [entry.date for entry in self.history.entries] + [event.date for event in self._events]
        return max(dates).toordinal() if dates else None

    @cached_property
    def assessments(self) -> list[int]:
        """The days on which a doctor examined this pain."""
        return assessment_days(self._events)

    @cached_property
    def visits(self) -> list[int]:
        """The days of all visits to a doctor, whatever they were about."""
        return [event.date.toordinal() for event in self._events if event.kind == "doctor_visit"]

    def symptom(self, name: str) -> Series:
        """Yes/no series of one symptom."""
        if name not in self._symptoms:
            self._symptoms[name] = self._series(methodcaller("get", name), self._symptoms_in_order)
        return self._symptoms[name]

    @cached_property
    def _yes_days(self) -> Mapping[str, list[int]]:
        """The days with a yes, of each symptom that ever has one."""
        said = self._symptoms_in_order
        with_a_yes = map(any, map(methodcaller("values"), said))
        days: dict[str, list[int]] = {}
        for day, answers in compress(zip(self._day_numbers, said, strict=True), with_a_yes):
            for name in compress(answers, answers.values()):
                days.setdefault(name, []).append(day)
        return days

    def ever_at(self, sites: Set[str]) -> bool:
        """Whether any day names one of these places."""
        return any(not sites.isdisjoint(named) for named in set(map(attrgetter("sites"), self._days_in_order)) if named)

    def taken(self, records: Iterable[Treatment]) -> Series:
        """Yes/no series of the days on which taking any of these treatments was answered."""
        ids = [record.id for record in records]
        if len(ids) == 1:
            return self._series(methodcaller("get", ids[0]), [day.treatments_taken for day in self._days_in_order])

        def answer(day: Answers) -> bool | None:
            given = [day.treatments_taken[one] for one in ids if one in day.treatments_taken]
            return any(given) if given else None

        return self._series(answer)

    @cached_property
    def night_rest(self) -> Series:
        """Yes/no series of night/rest answers; yes is positive."""
        return self._series(day_words.night_rest)

    @cached_property
    def night_rest_score(self) -> Series:
        """The higher of night and rest pain."""
        return self._series(day_words.night_rest_score)

    @cached_property
    def worst_pain(self) -> Series:
        """The worst pain of each day."""
        return self._series(attrgetter("worst_pain"))

    @cached_property
    def back_pain(self) -> Series:
        """Yes/no series: neck, back or flank."""
        return self._series(day_words.back_pain)

    @cached_property
    def flank_pain(self) -> Series:
        """Yes/no series: either flank."""
        return self._series(day_words.flank_pain)

    @cached_property
    def worse_on_deep_breath(self) -> Series:
        """Yes/no series."""
        return self._series(attrgetter("worse_on_deep_breath"))

    @cached_property
    def worse_lying_down(self) -> Series:
        """Yes/no series."""
        return self._series(attrgetter("worse_lying_down"))

    @cached_property
    def weight(self) -> Series:
        """Weights in kilograms, the last recorded of each day."""
        return self._series(attrgetter("weight_kg"))

    @cached_property
    def _events(self) -> list[Event]:
        return sorted(self.history.events, key=lambda event: (event.date, event.id))

    @cached_property
    def _event_days(self) -> list[int]:
        return [event.date.toordinal() for event in self._events]

    def _series(self, question: Callable[[Any], float | None], said: Sequence[Any] | None = None) -> Series:
        return Series(self._day_numbers, said or self._days_in_order, question, whole=self.whole)

    @cached_property
    def _day_numbers(self) -> list[int]:
        return list(self.days)

    @cached_property
    def _symptoms_in_order(self) -> list[Mapping[str, bool]]:
        return [day.symptoms for day in self._days_in_order]

    @cached_property
    def _days_in_order(self) -> list[Answers]:
        return list(self.days.values())
