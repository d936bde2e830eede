"""The companions: symptoms that last, and a loss of weight; how long they have been there and since when."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from statistics import median

from tests.reference.words import Diary, remembered

COMPANIONS = ("cough", "breathlessness", "fatigue", "appetite_loss", "chest_pain", "weight_loss")
SYMPTOMS_WITH_A_LUNG_CONDITION = ("cough", "breathlessness")


# How long they have been there.


@remembered
def lasts(diary: Diary, question: str, day: date, length: int, answered: int, apart: int) -> bool:
    """Yes on at least 60 % of enough answers, the first and the last yes far enough apart."""
    yes = [d for d, a in diary.answers(question, day, length) if a]
    return diary.yes_on(question, day, length, Fraction(60, 100), answered) and (yes[-1] - yes[0]).days >= apart


def new_to_the_lungs(diary: Diary, companion: str, day: date) -> bool:
    """With a long-term lung condition cough and breathlessness count only when new since the first 28 days."""
    if companion not in SYMPTOMS_WITH_A_LUNG_CONDITION or not diary.profile_says("long_term_lung_condition"):
        return True
    return new_since(diary, companion, date.min, day)


@remembered
def persistent(diary: Diary, companion: str, day: date) -> bool:
    """60 % of at least 9 answers in 21 days, first and last 14 days apart; a weight loss is there or not."""
    if companion == "weight_loss":
        return lost_three_percent(diary, day)
    return lasts(diary, companion, day, 21, 9, 14) and new_to_the_lungs(diary, companion, day)


@remembered
def six_weeks(diary: Diary, companion: str, day: date) -> bool:
    """60 % of at least 15 answers in 49 days, first and last 41 days apart; a loss of 3 % counts as six weeks."""
    if companion == "weight_loss":
        return lost_three_percent(diary, day)
    return lasts(diary, companion, day, 49, 15, 41) and new_to_the_lungs(diary, companion, day)


@remembered
def new_since(diary: Diary, companion: str, visit: date, day: date) -> bool:
    """The reference share is under 20 %; a weight loss: neither loss on any of the 28 days up to the visit."""
    if companion == "weight_loss":
        return not any(lost_three_percent(diary, d) or lost_five_percent(diary, d) for d in diary.window(visit, 28))
    reference = diary.reference(companion, visit, day)
    return reference is not None and reference[0] < Fraction(20, 100) and day > reference[1]


# Weight.


def weight_now(diary: Diary, day: date) -> Fraction | None:
    """The median of the weights of the last 28 days, at least three, first and last 7 days apart."""
    weighed = diary.weights(day, day - timedelta(days=27))
    if len(weighed) < 3 or (weighed[-1][0] - weighed[0][0]).days < 7:
        return None
    return median(w for _, w in weighed)


def lost(diary: Diary, share: Fraction, day: date, newest: int, oldest: int) -> bool:
    """The weight now is at least this share below the median of at least two weights of those days ago."""
    now = weight_now(diary, day)
    then = diary.weights(day - timedelta(days=newest), day - timedelta(days=oldest))
    return now is not None and len(then) >= 2 and now <= (1 - share) * median(w for _, w in then)


@remembered
def lost_five_percent(diary: Diary, day: date) -> bool:
    """At least 5 % below 183-365 days ago, and not on purpose."""
    return not diary.profile_says("losing_weight_on_purpose") and lost(diary, Fraction(5, 100), day, 183, 365)


@remembered
def lost_three_percent(diary: Diary, day: date) -> bool:
    """At least 3 % below 76-104 days ago, back pain on half of the answered days of 28, not on purpose."""
    return (
        not diary.profile_says("losing_weight_on_purpose")
        and lost(diary, Fraction(3, 100), day, 76, 104)
        and diary.yes_on("back", day, 28, Fraction(1, 2), 1)
    )
