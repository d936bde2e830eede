"""The emergency and urgent rules, and the see-a-doctor patterns before any change is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.reference.companions import COMPANIONS, lost_five_percent, lost_three_percent, persistent, six_weeks
from tests.reference.nights import night_rest_pattern, run_of_positives, six_weeks_of_nights
from tests.reference.trials import any_not_responded, any_responded
from tests.reference.words import SPINE, Diary, day_of, mean

DAY = timedelta(days=1)
HALF = Fraction(1, 2)


def yes(diary: Diary, question: str, day: date) -> bool:
    return diary.answer(question, day) is True


def at_least(diary: Diary, score: int, day: date) -> bool:
    worst = diary.score("worst_pain", day)
    return worst is not None and worst >= score


def newly_yes(diary: Diary, question: str, day: date) -> bool:
    """Yes, and not yes on any answered day in the 14 days before."""
    return yes(diary, question, day) and not any(a for _, a in diary.answers(question, day - DAY, 14))


def events(diary: Diary, kinds: tuple[str, ...], trauma: tuple[str, ...], day: date) -> Iterator[dict[str, Any]]:
    """The events of these kinds and traumas up to the day."""
    for event in diary.events:
        if event["kind"] in kinds and event.get("trauma") in trauma and day_of(event["date"]) <= day:
            yield event


def days_after(event: dict[str, Any], day: date) -> int:
    return (day - day_of(event["date"])).days


# Emergency.


def cauda_equina(diary: Diary, day: date) -> bool:
    """Any of five signs."""
    signs = ("saddle_numbness", "bladder_change", "bowel_change", "both_legs_weak", "unable_to_walk")
    return any(yes(diary, sign, day) for sign in signs)


def breathing_emergency(diary: Diary, day: date) -> bool:
    """Any of four signs, or sudden breathlessness and pain on a deep breath the same day."""
    signs = ("coughing_much_blood", "breathless_at_rest", "collapse", "sudden_chest_pain")
    both = yes(diary, "sudden_breathlessness", day) and yes(diary, "worse_on_deep_breath", day)
    return any(yes(diary, sign, day) for sign in signs) or both


# Urgent.


def cancer_history_spinal_pain(diary: Diary, day: date) -> bool:
    """A history of cancer and spinal pain of 4, a positive night/rest answer, straining, or lower back of 7."""
    high_up = any(diary.site(place, day) for place in ("neck", "upper_back", "mid_back"))
    return diary.profile_says("cancer_history") and (
        (high_up and at_least(diary, 4, day))
        or yes(diary, "night_rest", day)
        or yes(diary, "worse_on_straining", day)
        or (diary.site("lower_back", day) is True and at_least(diary, 7, day))
    )


def new_neurology(diary: Diary, day: date) -> bool:
    """A weak leg, unsteady walking or a band-like pain, newly yes."""
    return any(newly_yes(diary, sign, day) for sign in ("leg_weak", "unsteady_walking", "band_like_pain"))


def infection_signs(diary: Diary, day: date) -> bool:
    """Fever with back or flank pain the same day; or flank pain with blood in the urine."""
    fever_and_back = yes(diary, "fever", day) and yes(diary, "back", day)
    return fever_and_back or (yes(diary, "flank", day) and yes(diary, "blood_in_urine", day))


def vertebral_fracture(diary: Diary, day: date) -> bool:
    """On its date a fracture of the spine with no or minor trauma."""
    broken = events(diary, ("fracture",), ("none", "minor"), day)
    return any(event.get("site") in SPINE and days_after(event, day) == 0 for event in broken)


def fracture_and_severe_back_pain(diary: Diary, day: date) -> bool:
    """0-3 days after such a fracture, wherever: worst pain 7 with back pain yes or sites unanswered."""
    broken = events(diary, ("fracture",), ("none", "minor"), day)
    soon = any(0 <= days_after(event, day) <= 3 for event in broken)
    return soon and at_least(diary, 7, day) and diary.answer("back", day) is not False


def fragile_and_fallen(diary: Diary, day: date) -> bool:
    """70, osteoporosis, steroids or a cancer history: 0-3 days after a minor injury or fall worst pain 7."""
    history = any(diary.profile_says(field) for field in ("osteoporosis", "steroid_use", "cancer_history"))
    fallen = events(diary, ("injury", "fall"), ("minor",), day)
    soon = any(0 <= days_after(event, day) <= 3 for event in fallen)
    return (history or diary.is_at_least(70, day)) and soon and at_least(diary, 7, day)


def fragility_fracture(diary: Diary, day: date) -> bool:
    return (
        vertebral_fracture(diary, day)
        or fracture_and_severe_back_pain(diary, day)
        or newly_yes(diary, "height_loss", day)
        or newly_yes(diary, "spine_deformity", day)
        or fragile_and_fallen(diary, day)
    )


def coughing_blood(diary: Diary, day: date) -> bool:
    return yes(diary, "coughing_blood", day)


# See a doctor: the patterns.


def not_responding(diary: Diary, day: date) -> bool:
    """The pattern, and at least one trial not responded."""
    return night_rest_pattern(diary, day) and any_not_responded(diary, day)


def persisting(diary: Diary, day: date) -> bool:
    """The pattern for six weeks in a run of 42 days, no trial responded now, and the core rule does not hold."""
    lasting = six_weeks_of_nights(diary, day) and run_of_positives(diary, day) >= 42
    alone = not any_responded(diary, day) and not any_not_responded(diary, day)
    return night_rest_pattern(diary, day) and lasting and alone


def worsening(diary: Diary, day: date) -> bool:
    """The 28-day mean 2 above every one of 56 or more days ago, and still rising by 0.5 every 28 days."""
    now, month, two = (diary.value("worst_pain", day - back * DAY) for back in (0, 28, 56))
    if now is None or month is None or two is None:
        return False
    earlier = diary.window(day - 56 * DAY, max((day - 56 * DAY - min(diary.entries)).days + 1, 0))
    before = [value for d in earlier if (value := diary.value("worst_pain", d)) is not None]
    rising = now >= month + HALF and month >= two + HALF
    nights = diary.value("night_rest", day)
    return (
        rising
        and all(now >= value + 2 for value in before)
        and ((nights is not None and nights >= HALF) or diary.is_at_least(50, day))
    )


def lung(diary: Diary, day: date) -> list[str]:
    """The companions that count for six weeks and meet the rule; none when it is not met."""
    lasting = [c for c in COMPANIONS if six_weeks(diary, c, day)]
    present = [c for c in COMPANIONS if persistent(diary, c, day)]
    alone = [c for c in lasting if c != "fatigue"]
    forty = diary.is_at_least(40, day)
    smoker = diary.patient.get("smoking") in ("former", "current")
    met = [c for c in lasting if c in present] if forty and len(present) >= 2 else []
    return met + (alone if (forty and smoker) or diary.profile_says("asbestos_exposure") else [])


def weight(diary: Diary, day: date) -> bool:
    return lost_five_percent(diary, day) or lost_three_percent(diary, day)


def a_persistent_companion(diary: Diary, day: date) -> bool:
    return any(persistent(diary, companion, day) for companion in COMPANIONS)


def flank_or_breath(diary: Diary, day: date) -> list[str]:
    """Those of the two signs that meet the rule: half of 9 answers in 21 days; with a companion half of 5 in 7."""
    companion = a_persistent_companion(diary, day)
    return [
        sign
        for sign in ("flank", "worse_on_deep_breath")
        if diary.yes_on(sign, day, 21, HALF, 9) or (companion and diary.yes_on(sign, day, 7, HALF, 5))
    ]


def lying_down(diary: Diary, day: date) -> bool:
    """Half of at least 14 answers in 28 days, with a persistent companion or a trial not responded."""
    often = diary.yes_on("worse_lying_down", day, 28, HALF, 14)
    return often and (a_persistent_companion(diary, day) or any_not_responded(diary, day))


def hurt_after(diary: Diary, event: dict[str, Any], day: date) -> bool:
    """0-3 days after the event back pain of 4, and 2 above the mean of the 14 days before it when they hold 4."""
    usual = diary.scores("worst_pain", day_of(event["date"]) - DAY, 14)
    worst = diary.score("worst_pain", day)
    if worst is None or worst < 4 or not yes(diary, "back", day):
        return False
    return 0 <= days_after(event, day) <= 3 and (len(usual) < 4 or worst >= mean(usual) + 2)


def minor_trauma_older(diary: Diary, day: date) -> bool:
    """50 or steroids: hurt after a minor event, again 7-10 days after that, and no fracture day since the event."""
    if not (diary.is_at_least(50, day) or diary.profile_says("steroid_use")):
        return False
    if not (yes(diary, "back", day) and at_least(diary, 4, day)):
        return False
    for event in events(diary, ("injury", "fall"), ("minor",), day):
        since = diary.window(day, days_after(event, day) + 1)
        again = any(hurt_after(diary, event, day - back * DAY) for back in range(7, 11))
        if again and not any(fragility_fracture(diary, d) for d in since):
            return True
    return False
