"""Did the treatment help? The verdict on each trial, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tests.reference.nights import night_rest_pattern
from tests.reference.records import Trial, trials
from tests.reference.welch import half_width
from tests.reference.words import Diary, day_of, mean

DAY = timedelta(days=1)


@dataclass
class State:
    """What is known of a trial at the end of a day."""

    verdict: str = "none"  # none, responded, uncertain, not_responded, suspended, over
    question: str = ""
    before: Fraction = Fraction(0)
    after_at_response: Fraction = Fraction(0)
    relapsing_since: date | None = None


# Adequate.


def adequate_on(diary: Diary, trial: Trial, day: date) -> bool:
    """Medication 14 days and 70 % of answered days; physiotherapy 42 and 4 sessions; exercise 42 and 60 %."""
    length = (day - trial.started).days + 1
    ids = [record["id"] for record in trial.records if day_of(record["started_on"]) <= day]
    asked = [diary.taken(ids, d) for d in diary.window(day, length)]
    taken, answered = asked.count(True), len(asked) - asked.count(None)
    if trial.kind == "medication":
        return length >= 14 and taken >= Fraction(70, 100) * answered
    if trial.kind == "physiotherapy":
        return length >= 42 and taken >= 4
    if trial.kind == "home_exercise":
        return length >= 42 and taken >= Fraction(60, 100) * answered
    return False


def is_judged(diary: Diary, trial: Trial, day: date) -> bool:
    """Judged on every day from adequacy to the last day."""
    key = ("adequate", id(trial), day)
    if key not in diary.memory:
        yesterday = day > trial.started and is_judged(diary, trial, day - DAY)
        diary.memory[key] = yesterday or adequate_on(diary, trial, day)
    return trial.runs(day) and bool(diary.memory[key])


# The verdict of one day.


def before_of(diary: Diary, trial: Trial, question: str) -> list[int] | None:
    """The 7 days before the start, at least 4 scores."""
    scores = diary.scores(question, trial.started - DAY, 7)
    return scores if len(scores) >= 4 else None


def after_of(diary: Diary, question: str, day: date) -> list[int] | None:
    """The last 7 days, at least 4 scores."""
    scores = diary.scores(question, day, 7)
    return scores if len(scores) >= 4 else None


def recalled_before(trial: Trial) -> int | None:
    recalled: int | None = trial.records[0].get("recalled_score_before")
    return recalled


def two_sides(diary: Diary, trial: Trial, day: date) -> tuple[str, list[int], list[int]] | None:
    """The question with before and after: night/rest scores when both sides have them, else worst pain.

    With no before in the diary the recalled score is the before, and it is compared with worst pain.
    """
    for question in ("night_rest", "worst_pain"):
        before, after = before_of(diary, trial, question), after_of(diary, question, day)
        if before is not None and after is not None:
            return question, before, after
    recalled, after = recalled_before(trial), after_of(diary, "worst_pain", day)
    if not has_before(diary, trial) and recalled is not None and after is not None:
        return "worst_pain", [recalled], after
    return None


def has_before(diary: Diary, trial: Trial) -> bool:
    return any(before_of(diary, trial, q) is not None for q in ("night_rest", "worst_pain"))


def cut_off(before: Fraction) -> Fraction:
    """Responded: fell by 2 points, or by 30 % and 1 point; so by this much or more."""
    return min(Fraction(2), max(Fraction(30, 100) * before, Fraction(1)))


def judgement(before: list[int], after: list[int]) -> str:
    """Uncertain when the 80 % interval straddles the cut-off, else responded or not."""
    fall, cut = mean(before) - mean(after), cut_off(mean(before))
    margin = half_width(before, after)
    if float(fall) - margin < float(cut) < float(fall) + margin:
        return "uncertain"
    return "responded" if fall >= cut else "not_responded"


def no_baseline_judgement(diary: Diary, trial: Trial, day: date) -> str:
    """Without any before: from day 28 on a mean of at least 4 over 28 days while the pattern holds has not helped."""
    for question in ("night_rest", "worst_pain"):
        scores = diary.scores(question, day, 28)
        if len(scores) >= 10:
            failed = trial.had_day(28, day) and mean(scores) >= 4 and night_rest_pattern(diary, day)
            return "not_responded" if failed else "none"
    return "none"


# Day by day.


def state_on(diary: Diary, trial: Trial, day: date) -> State:
    """The state at the end of the day, told from the first day of the trial on."""
    told: dict[date, State] = diary.memory.setdefault(("states", id(trial)), {trial.started - DAY: State()})
    latest = max(told)
    while latest < day:
        told[latest + DAY] = state_after(diary, trial, latest + DAY, told[latest])
        latest += DAY
    return told[day]


def state_after(diary: Diary, trial: Trial, day: date, yesterday: State) -> State:
    if yesterday.verdict in ("responded", "suspended"):
        return after_a_response(diary, trial, day, yesterday)
    if not is_judged(diary, trial, day):
        return yesterday
    sides = two_sides(diary, trial, day)
    if sides is None:
        if has_before(diary, trial) or recalled_before(trial) is not None:
            return yesterday
        return State(no_baseline_judgement(diary, trial, day))
    question, before, after = sides
    verdict = judgement(before, after)
    if verdict == "uncertain" and yesterday.verdict == "not_responded":
        return yesterday
    return State(verdict, question, mean(before), mean(after))


def after_a_response(diary: Diary, trial: Trial, day: date, yesterday: State) -> State:
    """Once responded only a relapse changes it: at once suspended, after 14 days not responded, after the end over."""
    scores = after_of(diary, yesterday.question, day)
    if scores is None:
        return yesterday
    told = (yesterday.question, yesterday.before, yesterday.after_at_response)
    if not is_relapse(yesterday, mean(scores)):
        return State("responded", *told)
    if not trial.runs(day):
        return State("over", *told)
    since = yesterday.relapsing_since or day
    return State("not_responded" if (day - since).days >= 14 else "suspended", *told, since)


def is_relapse(state: State, now: Fraction) -> bool:
    """Within 1 point of the before, and at least 1 above the after on which the response was first found."""
    return now >= state.before - 1 and now >= state.after_at_response + 1


# What counts on a day.


def counts_as_not_responded(diary: Diary, trial: Trial, day: date) -> bool:
    """While the trial runs and 90 days after; from day 28 (56) on uncertain counts while the pattern holds."""
    if day < trial.started or (trial.ended is not None and day > trial.ended + 90 * DAY):
        return False
    verdict = state_on(diary, trial, day).verdict
    enough = 28 if trial.kind == "medication" else 56
    stale = verdict == "uncertain" and trial.had_day(enough, day) and night_rest_pattern(diary, day)
    return verdict == "not_responded" or stale


def counts_as_responded(diary: Diary, trial: Trial, day: date) -> bool:
    """While the trial runs and 28 days after."""
    if day < trial.started or (trial.ended is not None and day > trial.ended + 28 * DAY):
        return False
    return state_on(diary, trial, day).verdict == "responded"


def any_not_responded(diary: Diary, day: date) -> bool:
    return any(counts_as_not_responded(diary, trial, day) for trial in trials(diary))


def any_responded(diary: Diary, day: date) -> bool:
    return any(counts_as_responded(diary, trial, day) for trial in trials(diary))
