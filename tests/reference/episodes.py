"""Has a doctor looked at it, what has changed since, on which days a rule holds, and which of them are findings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.reference import rules
from tests.reference.companions import COMPANIONS, new_since, six_weeks
from tests.reference.nights import night_rest_pattern
from tests.reference.words import Diary, day_of, remembered

DAY = timedelta(days=1)
Held = dict[str, list[date]]
NIGHT = ("night_rest_not_responding", "night_rest_persistent")


# Assessments and change.


def visits(diary: Diary) -> list[date]:
    return sorted(day_of(event["date"]) for event in diary.events if event["kind"] == "doctor_visit")


def assessments(diary: Diary) -> list[date]:
    """Visits with `about_this_pain` not false."""
    return sorted(
        day_of(event["date"])
        for event in diary.events
        if event["kind"] == "doctor_visit" and event.get("about_this_pain") is not False
    )


def in_force(diary: Diary, day: date) -> date | None:
    """The latest assessment on or before the day: up to 365 days after it, or longer if the diary was kept under it."""
    earlier = [visit for visit in assessments(diary) if visit <= day]
    if not earlier or ((day - earlier[-1]).days > 365 and not kept_under(diary, earlier[-1])):
        return None
    return earlier[-1]


@remembered
def kept_under(diary: Diary, visit: date) -> bool:
    """A 28-day value of worst pain or of the night/rest share ended on its day or on one of the 365 after it."""
    days = [visit + after * DAY for after in range(366)]
    return any(diary.value(question, day) is not None for day in days for question in ("worst_pain", "night_rest"))


def risen(diary: Diary, question: str, by: Fraction, visit: date, day: date) -> bool:
    """The 28-day value is at least this much above its reference."""
    now, reference = diary.value(question, day), diary.reference(question, visit, day)
    return now is not None and reference is not None and day > reference[1] and now >= reference[0] + by


def companion_since(diary: Diary, visit: date, day: date) -> bool:
    """A companion other than fatigue is new since and there for six weeks."""
    others = [c for c in COMPANIONS if c != "fatigue"]
    return any(six_weeks(diary, c, day) and new_since(diary, c, visit, day) for c in others)


def more_pain(diary: Diary, visit: date, day: date) -> bool:
    """The mean 2 above the reference, or 1.5 above and the night/rest share 0.30 above."""
    nights = risen(diary, "night_rest", Fraction(30, 100), visit, day)
    return risen(diary, "worst_pain", Fraction(2), visit, day) or (
        nights and risen(diary, "worst_pain", Fraction(3, 2), visit, day)
    )


def night_rest_changed(diary: Diary, visit: date, day: date) -> bool:
    """On each of the last 14 days the pattern and more pain; or a new companion."""
    fortnight = diary.window(day, 14)
    lasting = all(night_rest_pattern(diary, d) and more_pain(diary, visit, d) for d in fortnight)
    return lasting or companion_since(diary, visit, day)


def worsening_changed(diary: Diary, visit: date, day: date) -> bool:
    return risen(diary, "worst_pain", Fraction(2), visit, day)


def lung_changed(diary: Diary, visit: date, day: date) -> bool:
    """The symptom that counts for six weeks is new since."""
    return any(new_since(diary, c, visit, day) for c in rules.lung(diary, day))


def weight_changed(diary: Diary, visit: date, day: date) -> bool:
    """Neither loss held on any of the 28 days up to the visit."""
    return new_since(diary, "weight_loss", visit, day)


def flank_or_breath_changed(diary: Diary, visit: date, day: date) -> bool:
    """The share of the very sign that meets the rule is 0.25 above its reference, or a new companion."""
    signs = rules.flank_or_breath(diary, day)
    more = any(risen(diary, sign, Fraction(25, 100), visit, day) for sign in signs)
    return more or companion_since(diary, visit, day)


def lying_down_changed(diary: Diary, visit: date, day: date) -> bool:
    more = risen(diary, "worse_lying_down", Fraction(25, 100), visit, day)
    return more or companion_since(diary, visit, day)


Question = Callable[[Diary, date], object]
Change = Callable[[Diary, date, date], bool]

AT_ONCE: dict[str, Question] = {
    "cauda_equina": rules.cauda_equina,
    "breathing_emergency": rules.breathing_emergency,
    "cancer_history_spinal_pain": rules.cancer_history_spinal_pain,
    "new_neurology": rules.new_neurology,
    "infection_signs": rules.infection_signs,
    "fragility_fracture": rules.fragility_fracture,
    "coughing_blood": rules.coughing_blood,
}
PATTERNS: dict[str, tuple[Question, Change]] = {
    "night_rest_not_responding": (rules.not_responding, night_rest_changed),
    "night_rest_persistent": (rules.persisting, night_rest_changed),
    "worsening_pain": (rules.worsening, worsening_changed),
    "lung_symptoms": (rules.lung, lung_changed),
    "weight_loss": (rules.weight, weight_changed),
    "flank_or_breath_pain": (rules.flank_or_breath, flank_or_breath_changed),
    "worse_lying_down": (rules.lying_down, lying_down_changed),
}


# The days on which a rule holds.


def holds(diary: Diary, rule: str, day: date) -> bool:
    """The pattern; while an assessment is in force also changed since."""
    pattern, changed = PATTERNS[rule]
    visit = in_force(diary, day)
    return bool(pattern(diary, day)) and (visit is None or changed(diary, visit, day))


def old_and_still_there(diary: Diary, day: date, seen: Held) -> bool:
    """The assessment in force is more than 365 days old, some pattern holds by itself, and none with its change."""
    visit = in_force(diary, day)
    return (
        visit is not None
        and (day - visit).days > 365
        and any(pattern(diary, day) for pattern, _ in PATTERNS.values())
        and not any(day in seen[rule] for rule in PATTERNS)
    )


def check_ups_due(diary: Diary, held: Held) -> list[date]:
    """Such days that something was recorded about, without a see-a-doctor finding in the last 180 days."""
    found = [day for rule, day in see_doctor_findings(diary, held)]
    return [
        day
        for day in sorted(recorded(diary))
        if day in held["check_up_due"] and not any(0 <= (day - one).days < 180 for one in found)
    ]


def building(diary: Diary, day: date, seen: Held) -> bool:
    """Seven night/rest answers in 14 days, half positive, and no see-a-doctor rule holds."""
    advised = any(day in seen[rule] for rule in (*PATTERNS, "minor_trauma_older"))
    return diary.yes_on("night_rest", day, 14, Fraction(1, 2), 7) and not advised


def days_to_ask(diary: Diary, until: date) -> list[date]:
    """Every day that has an entry or event in its last 60 days; on others no rule can hold."""
    near = {day + ahead * DAY for day in diary.dates() for ahead in range(60)}
    return sorted(day for day in near if day <= until)


def recorded(diary: Diary) -> set[date]:
    """The days with an answer or an event."""
    answered = {day for day, entries in diary.entries.items() if any(map(says_something, entries))}
    return answered | {day_of(event["date"]) for event in diary.events}


def says_something(entry: dict[str, Any]) -> bool:
    about_it = ("id", "date", "recorded_at", "time_zone", "note", "qualities")
    return any(entry[field] not in (None, {}) for field in entry if field not in about_it)


def begun_by_a_record(known: set[date], days: list[date]) -> list[date]:
    """Time alone never makes a rule hold: it begins to on a recorded day, and goes on while its condition is true."""
    begun: list[date] = []
    for day in days:
        if day in known or (begun and begun[-1] == day - DAY):
            begun.append(day)
    return begun


def held_days(diary: Diary, until: date) -> Held:
    """For each rule the days on which it holds, in order."""
    known = recorded(diary)
    held = {rule: begun_by_a_record(known, days) for rule, days in met_days(diary, until).items()}
    return {**held, "check_up_due": check_ups_due(diary, held)}


def met_days(diary: Diary, until: date) -> Held:
    """For each rule the days on which its condition is true, in order."""
    held: Held = {rule: [] for rule in (*AT_ONCE, *PATTERNS, "minor_trauma_older", "building_pattern", "check_up_due")}
    for day in days_to_ask(diary, until):
        for rule, question in AT_ONCE.items():
            held[rule] += [day] if question(diary, day) else []
        for rule in PATTERNS:
            held[rule] += [day] if holds(diary, rule, day) else []
        held["minor_trauma_older"] += [day] if rules.minor_trauma_older(diary, day) else []
        held["check_up_due"] += [day] if old_and_still_there(diary, day, held) else []
        held["building_pattern"] += [day] if building(diary, day, held) else []
    return held


# One episode, one alert.


def first_of_episodes(days: list[date], apart: int, begin_anew: list[date]) -> list[date]:
    """Days at most so many apart belong together; a visit between two of them begins a new episode."""
    firsts = []
    for i, day in enumerate(days):
        joined = i > 0 and (day - days[i - 1]).days <= apart
        parted = i > 0 and any(days[i - 1] < visit <= day for visit in begin_anew)
        firsts += [] if joined and not parted else [day]
    return firsts


def alerts(diary: Diary, days: list[date], changed: Change) -> list[date]:
    """The first day; then not within 180 days, unless an assessment came after the alert, or from 28 days on
    there is change with the day of the last alert in the visit's place.
    """
    found: list[date] = []
    for day in sorted(recorded(diary).intersection(days)):
        last = found[-1] if found else None
        if (
            last is None
            or (day - last).days >= 180
            or any(last < visit <= day for visit in assessments(diary))
            or ((day - last).days >= 28 and changed(diary, last, day))
        ):
            found.append(day)
    return found


def check_ups(diary: Diary, days: list[date]) -> list[date]:
    """Not within 365 days of the last, unless an assessment came after it."""
    found: list[date] = []
    for day in days:
        visited = bool(found) and any(found[-1] < visit <= day for visit in assessments(diary))
        if not found or (day - found[-1]).days >= 365 or visited:
            found.append(day)
    return found


def see_doctor_findings(diary: Diary, held: Held) -> list[tuple[str, date]]:
    """Those of the patterns, and those about an injury or fall."""
    trauma = first_of_episodes(held["minor_trauma_older"], 28, visits(diary))
    found = [("minor_trauma_older", day) for day in trauma]
    nights = sorted((day, rule) for rule in NIGHT for day in held[rule])
    rule_on = dict(nights)
    found += [(rule_on[day], day) for day in alerts(diary, [d for d, _ in nights], night_rest_changed)]
    for rule, (_, changed) in PATTERNS.items():
        if rule not in NIGHT:
            found += [(rule, day) for day in alerts(diary, held[rule], changed)]
    return found


def findings_of(diary: Diary, held: Held) -> list[tuple[str, date]]:
    """Every finding, ordered by date and rule."""
    found = see_doctor_findings(diary, held)
    for rule in AT_ONCE:
        found += [(rule, day) for day in first_of_episodes(held[rule], 14, [])]
    found += [(r, d) for r in ("building_pattern",) for d in first_of_episodes(held[r], 28, [])]
    found += [("check_up_due", day) for day in check_ups(diary, held["check_up_due"])]
    return sorted(found, key=lambda finding: (finding[1], finding[0]))
