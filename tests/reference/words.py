"""The words of the rules: days, answers of three values, windows, shares, references.

Everything is asked of a `Diary` for one date and looks only at that date and earlier ones. Nothing here is fast;
each sentence of the rules is one function, and answers are remembered only so that a year takes a second.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import update_wrapper
from operator import itemgetter
from typing import Any, Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

first = itemgetter(0)

SPINE = ("neck", "upper_back", "mid_back", "lower_back")
FLANKS = ("left_flank", "right_flank")


def remembered(question: Callable[Concatenate[Diary, P], T]) -> Callable[Concatenate[Diary, P], T]:
    """Ask once for each diary and arguments."""

    def answer(diary: Diary, /, *args: P.args, **kwargs: P.kwargs) -> T:
        key = (question.__name__, args)
        if key not in diary.memory:
            diary.memory[key] = question(diary, *args, **kwargs)
        found: T = diary.memory[key]
        return found

    return update_wrapper(answer, question)


def day_of(text: str) -> date:
    return date.fromisoformat(text)


def either(answers: list[bool]) -> bool | None:
    """Yes if any says yes, no if any says no and none yes, else unanswered."""
    return any(answers) if answers else None


def mean(scores: list[int]) -> Fraction:
    return Fraction(sum(scores), len(scores))


class Diary:
    """One diary document, asked about its days."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.patient: dict[str, Any] = document.get("patient") or {}
        self.treatments: list[dict[str, Any]] = document.get("treatments") or []
        self.events: list[dict[str, Any]] = document.get("events") or []
        self.entries: dict[date, list[dict[str, Any]]] = {}
        self.memory: dict[Any, Any] = {}
        for entry in document.get("entries") or []:
            self.entries.setdefault(day_of(entry["date"]), []).append(entry)

    def dates(self) -> list[date]:
        """Every date of an entry or event."""
        return sorted({*self.entries, *(day_of(event["date"]) for event in self.events)})

    def window(self, day: date, length: int) -> list[date]:
        """The last `length` days, the day itself included, the oldest first."""
        return [day - timedelta(days=back) for back in range(length - 1, -1, -1)]

    def age(self, day: date) -> int | None:
        """The year of the day minus the year of birth; unanswered stays unanswered."""
        born = self.patient.get("birth_year")
        return None if born is None else day.year - int(born)

    def is_at_least(self, years: int, day: date) -> bool:
        age = self.age(day)
        return age is not None and age >= years

    def profile_says(self, field: str) -> bool:
        return self.patient.get(field) is True

    # One day.

    @remembered
    def score(self, question: str, day: date) -> int | None:
        """The highest of the day's answered scores; the night/rest score is the higher of the two."""
        asked = ("night_pain", "rest_pain") if question == "night_rest" else (question,)
        given = [e[q] for e in self.entries.get(day, []) for q in asked if e.get(q) is not None]
        return max(given) if given else None

    @remembered
    def answer(self, question: str, day: date) -> bool | None:
        """A yes/no question of the day; also `back`, `flank`, a site, and `night_rest` (positive or not)."""
        if question == "night_rest":
            return self.night_rest(day)
        if question in ("back", "flank"):
            places = SPINE + FLANKS if question == "back" else FLANKS
            return either([a for a in (self.site(place, day) for place in places) if a is not None])
        given = []
        for entry in self.entries.get(day, []):
            answer = entry.get(question, (entry.get("symptoms") or {}).get(question))
            given.extend([] if answer is None else [answer])
        return either(given)

    def site(self, place: str, day: date) -> bool | None:
        """Sites given and naming the place: yes; given without it: no; not given: unanswered."""
        given = [e["sites"] for e in self.entries.get(day, []) if e.get("sites") is not None]
        return either([place in sites for sites in given])

    def night_rest(self, day: date) -> bool | None:
        """Positive: night or rest pain of 4 or more, or woken by it; answered when one of the three is."""
        night, rest = self.score("night_pain", day), self.score("rest_pain", day)
        woke = self.answer("woke_from_sleep", day)
        if night is None and rest is None and woke is None:
            return None
        return (night is not None and night >= 4) or (rest is not None and rest >= 4) or woke is True

    def weight(self, question: str, day: date) -> Fraction | None:
        """The last recorded weight of the day."""
        weighed = [e for e in self.entries.get(day, []) if e.get(question) is not None]
        if not weighed:
            return None
        last = max(weighed, key=lambda e: (datetime.fromisoformat(e["recorded_at"]), e["id"]))
        return Fraction(str(last[question]))

    def taken(self, treatments: list[str], day: date) -> bool | None:
        """Whether any record of the treatment was taken; unanswered is not a missed dose."""
        given = [(e.get("treatments_taken") or {}).get(t) for e in self.entries.get(day, []) for t in treatments]
        return either([a for a in given if a is not None])

    # Many days.

    def within(self, kind: str, question: str, newest: date, oldest: date) -> list[tuple[date, Any]]:
        """All that was answered from the oldest day to the newest, both included; unanswered days are not in it."""
        if (kind, question) not in self.memory:
            ask: Callable[[str, date], Any] = {"answer": self.answer, "score": self.score, "weight": self.weight}[kind]
            asked = [(day, ask(question, day)) for day in sorted(self.entries)]
            self.memory[kind, question] = [(day, said) for day, said in asked if said is not None]
        told: list[tuple[date, Any]] = self.memory[kind, question]
        return told[bisect_left(told, oldest, key=first) : bisect_right(told, newest, key=first)]

    def answers(self, question: str, day: date, length: int) -> list[tuple[date, bool]]:
        return self.within("answer", question, day, day - timedelta(days=length - 1))

    def scores(self, question: str, day: date, length: int) -> list[int]:
        return [score for _, score in self.within("score", question, day, day - timedelta(days=length - 1))]

    def weights(self, newest: date, oldest: date) -> list[tuple[date, Fraction]]:
        return self.within("weight", "weight_kg", newest, oldest)

    def yes_on(self, question: str, day: date, length: int, at_least: Fraction, answered: int) -> bool:
        """Yes on at least this share of at least so many answers in the last `length` days."""
        answers = [a for _, a in self.answers(question, day, length)]
        return len(answers) >= answered and sum(answers) >= at_least * len(answers)

    @remembered
    def value(self, question: str, day: date) -> Fraction | None:
        """The 28-day value: share of yes, or mean of the worst pain, when at least 10 answers are there; else none."""
        if question == "worst_pain":
            scores = self.scores(question, day, 28)
            return mean(scores) if len(scores) >= 10 else None
        answers = [a for _, a in self.answers(question, day, 28)]
        return Fraction(sum(answers), len(answers)) if len(answers) >= 10 else None

    @remembered
    def reference(self, question: str, visit: date, day: date) -> tuple[Fraction, date] | None:
        """The last 28-day value that ended on or before the visit; without one the first after it, up to the day.

        Returns the value and the date from whose next day on changes count.
        """
        oldest = min(self.entries, default=day)
        for ended in reversed(self.window(visit, max((visit - oldest).days + 1, 0))):
            value = self.value(question, ended)
            if value is not None:
                return value, ended
        ended = max(visit + timedelta(days=1), oldest)
        while ended <= day:
            value = self.value(question, ended)
            if value is not None:
                return value, ended
            ended += timedelta(days=1)
        return None
