"""Entries merged into days, and what a day says.

A day is all entries of one patient with the same date: the highest of the answered scores; yes if any entry says yes,
no if any says no and none yes, else unanswered; the last recorded weight. Days are numbered by `date.toordinal()`, so
that day arithmetic is plain addition and never meets a clock change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter

from alerts.rules.history import Answers, Entry

SPINE = ("neck", "upper_back", "mid_back", "lower_back")
FLANKS = ("left_flank", "right_flank")
BACK = frozenset(SPINE + FLANKS)
FLANK = frozenset(FLANKS)

POSITIVE_SCORE = 4
"""Moderate pain begins at 4 on the 0-10 numeric rating scale (mild 1-3, moderate 4-6, severe 7-10)."""

UNANSWERED = Answers()


def days_of(entries: Iterable[Entry]) -> dict[int, Answers]:
    """The days on which anything was answered, by day number, in order of time."""
    numbered = [(entry.date.toordinal(), entry) for entry in entries if _answers_anything(entry)]
    numbered.sort(key=itemgetter(0))
    days: dict[int, Answers] = dict(numbered)
    if len(days) < len(numbered):
        days |= {day: merged(of_the_day) for day, of_the_day in _written_several_times(numbered).items()}
    return days


def _written_several_times(numbered: Sequence[tuple[int, Entry]]) -> Mapping[int, Sequence[Entry]]:
    """The entries of each day that has several, given all in order of time."""
    several = {day for (day, _), (next_day, _) in pairwise(numbered) if day == next_day}
    entries: dict[int, list[Entry]] = {day: [] for day in several}
    for day, entry in numbered:
        if day in several:
            entries[day].append(entry)
    return entries


def merged(entries: Sequence[Entry]) -> Answers:
    """The entries of one day as one set of answers."""
    return Answers(
        worst_pain=_highest([entry.worst_pain for entry in entries]),
        night_pain=_highest([entry.night_pain for entry in entries]),
        rest_pain=_highest([entry.rest_pain for entry in entries]),
        movement_pain=_highest([entry.movement_pain for entry in entries]),
        woke_from_sleep=_any_yes([entry.woke_from_sleep for entry in entries]),
        worse_lying_down=_any_yes([entry.worse_lying_down for entry in entries]),
        worse_on_deep_breath=_any_yes([entry.worse_on_deep_breath for entry in entries]),
        worse_on_straining=_any_yes([entry.worse_on_straining for entry in entries]),
        sites=_all_named(entry.sites for entry in entries),
        symptoms=_merged_answers(entry.symptoms for entry in entries),
        treatments_taken=_merged_answers(entry.treatments_taken for entry in entries),
        weight_kg=_last_recorded_weight(entries),
    )


def night_rest(day: Answers) -> bool | None:
    """The night/rest answer: positive, not positive, or unanswered when none of its three questions is answered."""
    night, rest, woke = day.night_pain, day.rest_pain, day.woke_from_sleep
    if woke or (night is not None and night >= POSITIVE_SCORE) or (rest is not None and rest >= POSITIVE_SCORE):
        return True
    return None if night is None and rest is None and woke is None else False


def night_rest_score(day: Answers) -> int | None:
    """The higher of the night and the rest pain."""
    if day.night_pain is None:
        return day.rest_pain
    return day.night_pain if day.rest_pain is None else max(day.night_pain, day.rest_pain)


def back_pain(day: Answers) -> bool | None:
    """Pain in the neck, the upper, mid or lower back or a flank."""
    return None if day.sites is None else not BACK.isdisjoint(day.sites)


def flank_pain(day: Answers) -> bool | None:
    """Pain in either flank."""
    return None if day.sites is None else not FLANK.isdisjoint(day.sites)


def _answers_anything(entry: Entry) -> bool:
    return (
        entry.worst_pain is not None
        or entry.night_pain is not None
        or entry.rest_pain is not None
        or entry.movement_pain is not None
        or entry.woke_from_sleep is not None
        or entry.worse_lying_down is not None
        or entry.worse_on_deep_breath is not None
        or entry.worse_on_straining is not None
        or entry.sites is not None
        or entry.weight_kg is not None
        or bool(entry.symptoms or entry.treatments_taken)
    )


def _highest(scores: Iterable[int | None]) -> int | None:
    return max([score for score in scores if score is not None], default=None)


def _any_yes(answers: Iterable[bool | None]) -> bool | None:
    given = [answer for answer in answers if answer is not None]
    return any(given) if given else None


def _all_named(sites: Iterable[tuple[str, ...] | None]) -> tuple[str, ...] | None:
    given = [named for named in sites if named is not None]
    return tuple(sorted({site for named in given for site in named})) if given else None


def _merged_answers(mappings: Iterable[Mapping[str, bool]]) -> Mapping[str, bool]:
    answers: dict[str, bool] = {}
    for mapping in mappings:
        for question, answer in mapping.items():
            answers[question] = answer or answers.get(question, False)
    return answers


def _last_recorded_weight(entries: Sequence[Entry]) -> float | None:
    weighed = [entry for entry in entries if entry.weight_kg is not None]
    return max(weighed, key=lambda entry: (entry.recorded_at, str(entry.id))).weight_kg if weighed else None
