"""On which days the true state of a person meets a see-a-doctor rule: the labels that the rules are measured against.

The definitions are those of `docs/rules.md`, applied to a diary that is complete and free of noise. The code shares
nothing with `alerts.rules`. Day 0 is the first of the diary; nothing is known before it but the visits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from itertools import accumulate
from statistics import median

from alerts.cohorts.label_trials import LENGTH, TrueTrial
from alerts.cohorts.latent import FIRST_DATE, LatentPerson, date_of

COMPANIONS = ("cough", "breathlessness", "fatigue", "appetite_loss", "chest_pain")
BACK = {"neck", "upper_back", "mid_back", "lower_back", "left_flank", "right_flank"}
FLANK = {"left_flank", "right_flank"}


class Truth:
    """A complete series of one question: shares and means of any last days."""

    def __init__(self, values: Iterable[float]) -> None:
        self.values = list(values)
        self._sums = list(accumulate(self.values, initial=0.0))

    def count(self, day: int, length: int) -> int:
        """How many of the last days are in the diary."""
        return max(0, min(length, day + 1))

    def total(self, day: int, length: int) -> float:
        """The sum over the last days."""
        return self._sums[max(0, day + 1)] - self._sums[max(0, day + 1 - length)]

    def month(self, day: int) -> float | None:
        """The 28-day value."""
        count = self.count(day, 28)
        return self.total(day, 28) / count if count >= 10 else None

    def mostly(self, day: int, length: int, least: int, share: float) -> bool:
        """At least `share` of at least `least` answers in the last days."""
        count = self.count(day, length)
        return count >= least and self.total(day, length) >= share * count - 1e-9

    def lasting(self, day: int, length: int, least: int, apart: int) -> bool:
        """Mostly yes, the first and the last yes so many days apart."""
        if not self.mostly(day, length, least, 0.6):
            return False
        yes = [each for each in range(max(0, day - length + 1), day + 1) if self.values[each]]
        return yes[-1] - yes[0] >= apart

    def reference(self, since: int, day: int) -> float | None:
        """The 28-day value at a visit, or the first of the diary."""
        ended = max(since, 9)
        return self.month(ended) if ended <= since or ended < day else None


class LatentRules:
    """The see-a-doctor rules on the true state of one person."""

    def __init__(self, person: LatentPerson) -> None:
        days = person.days
        self._person = person
        self._nights = Truth(day.positive for day in days)
        self._worst = Truth(day.worst for day in days)
        self._back = Truth(not BACK.isdisjoint(day.sites) for day in days)
        self._signs = {
            "flank": Truth(not FLANK.isdisjoint(day.sites) for day in days),
            "breath": Truth(day.breath for day in days),
        }
        self._lying = Truth(day.lying for day in days)
        self._symptoms = {name: Truth(name in day.symptoms for day in days) for name in COMPANIONS}
        self._weights = [day.weight for day in days]
        self.pattern = cache(self._pattern)
        self._persistent = cache(self._persistent_companions)
        self._six_weeks = cache(self._companions_for_six_weeks)

    def met(self) -> dict[str, list[int]]:
        """The days on which each rule is met."""
        rules = {
            "night_rest_not_responding": self._core,
            "night_rest_persistent": self._six_weeks_of_nights,
            "worsening_pain": self._worsening,
            "lung_symptoms": self._lung,
            "weight_loss": self._weight,
            "flank_or_breath_pain": self._flank_or_breath,
            "worse_lying_down": self._worse_lying_down,
            "minor_trauma_older": self._minor_trauma,
        }
        days = range(len(self._person.days))
        return {name: [day for day in days if rule(day)] for name, rule in rules.items()}

    @cached_property
    def _trials(self) -> list[TrueTrial]:
        treatments = [one for one in self._person.treatments if one.kind in LENGTH]
        return [TrueTrial(self._person, one, self.pattern) for one in treatments]

    def _age(self, day: int) -> int:
        return date_of(day).year - int(self._person.profile.get("birth_year", FIRST_DATE.year))

    def _since(self, day: int) -> int | None:
        """The visit in force."""
        visits = [visit for visit in self._person.assessments if visit <= day <= visit + 365]
        return max(visits, default=None)

    def _pattern(self, day: int) -> bool:
        weeks = [day - 7 * week for week in range(3)]
        return self._nights.mostly(day, 28, 10, 0.5) and all(
            self._nights.count(week, 7) >= 2 and self._nights.total(week, 7) >= 1 for week in weeks
        )

    def _core(self, day: int) -> bool:
        return self._core_pattern(day) and self._nights_changed(day)

    def _core_pattern(self, day: int) -> bool:
        return self.pattern(day) and any(trial.failed_on(day) for trial in self._trials)

    def _six_weeks_of_nights(self, day: int) -> bool:
        return (
            self.pattern(day)
            and self._nights.mostly(day, 42, 15, 0.6)
            and all(self._nights.total(day - 7 * week, 7) >= 1 for week in range(6))
            and self._run(day) >= 42
            and not any(trial.helps_on(day) for trial in self._trials)
            and self._nights_changed(day)
            and not self._core(day)
        )

    def _run(self, day: int) -> int:
        """Length of the current run of positives, with gaps of at most ten days."""
        last = first = None
        for each in range(day, -1, -1):
            if not self._nights.values[each]:
                continue
            if first is not None and first - each > 10:
                break
            last, first = each if last is None else last, each
        return 0 if last is None or first is None else last - first + 1

    def _nights_changed(self, day: int) -> bool:
        since = self._since(day)
        if since is None:
            return True
        worse = all(self.pattern(each) and self._worse(each, since, day) for each in range(day, day - 14, -1))
        return worse or self._new_companion(day, since)

    def _worse(self, each: int, since: int, day: int) -> bool:
        then, now = self._worst.reference(since, day), self._worst.month(each)
        if then is None or now is None:
            return False
        nights_then, nights = self._nights.reference(since, day), self._nights.month(each)
        more = nights is not None and nights_then is not None and nights - nights_then >= 0.30 - 1e-9
        return now - then >= 2 - 1e-9 or (now - then >= 1.5 - 1e-9 and more)

    def _new_companion(self, day: int, since: int) -> bool:
        return any(name != "fatigue" and self._is_new(name, since, day) for name in self._six_weeks(day))

    def _is_new(self, name: str, since: int, day: int) -> bool:
        if name == "weight_loss":
            before = range(max(0, since - 27), since + 1)
            return not any(self._lost(each, 76, 104, 0.03) or self._lost(each, 183, 365, 0.05) for each in before)
        then = self._symptoms[name].reference(since, day)
        return then is not None and then < 0.2 - 1e-9

    def _worsening(self, day: int) -> bool:
        now, month, two_months = (self._worst.month(day - ago) for ago in (0, 28, 56))
        if now is None or month is None or two_months is None:
            return False
        if month - two_months < 0.5 - 1e-9 or now - month < 0.5 - 1e-9:
            return False
        if now - max(self._worst.month(each) or 0 for each in range(9, day - 55)) < 2 - 1e-9:
            return False
        if (self._nights.month(day) or 0) < 0.5 and self._age(day) < 50:
            return False
        since = self._since(day)
        then = None if since is None else self._worst.reference(since, day)
        return since is None or (then is not None and now - then >= 2 - 1e-9)

    def _lung(self, day: int) -> bool:
        long, persistent, profile = self._six_weeks(day), self._persistent(day), self._person.profile
        old = self._age(day) >= 40
        counting = set()
        if old and len(persistent) >= 2:
            counting.update(set(long) & set(persistent))
        if (old and profile.get("smoking") in ("former", "current")) or profile.get("asbestos_exposure"):
            counting.update(set(long) - {"fatigue"})
        since = self._since(day)
        return any(since is None or self._is_new(name, since, day) for name in counting)

    def _persistent_companions(self, day: int) -> list[str]:
        return self._lasting(day, 21, 9, 14)

    def _companions_for_six_weeks(self, day: int) -> list[str]:
        return self._lasting(day, 49, 15, 41)

    def _lasting(self, day: int, length: int, least: int, apart: int) -> list[str]:
        lung = self._person.profile.get("long_term_lung_condition")
        found = [
            name
            for name, truth in self._symptoms.items()
            if truth.lasting(day, length, least, apart)
            and not (lung and name in ("cough", "breathlessness") and not self._is_new(name, -1, day))
        ]
        return [*found, "weight_loss"] if self._lost(day, 76, 104, 0.03) else found

    def _lost(self, day: int, nearest: int, farthest: int, share: float) -> bool:
        """So much less than so many days ago, not on purpose; the smaller loss only beside back pain."""
        if day < 7 or day - nearest < 1 or self._person.profile.get("losing_weight_on_purpose"):
            return False
        now = median(self._weights[max(0, day - 27) : day + 1])
        then = median(self._weights[max(0, day - farthest) : day - nearest + 1])
        beside = share > 0.04 or self._back.mostly(day, 28, 1, 0.5)
        return beside and 1 - now / then >= share - 1e-9

    def _weight(self, day: int) -> bool:
        lost = self._lost(day, 76, 104, 0.03) or self._lost(day, 183, 365, 0.05)
        since = self._since(day)
        return lost and (since is None or self._is_new("weight_loss", since, day))

    def _flank_or_breath(self, day: int) -> bool:
        met = [
            sign
            for sign in self._signs.values()
            if sign.mostly(day, 21, 9, 0.5) or (sign.mostly(day, 7, 5, 0.5) and self._persistent(day))
        ]
        return bool(met) and self._sign_changed(met, day)

    def _worse_lying_down(self, day: int) -> bool:
        beside = self._lying.mostly(day, 28, 14, 0.5) and (
            bool(self._persistent(day)) or any(trial.failed_on(day) for trial in self._trials)
        )
        return beside and self._sign_changed([self._lying], day)

    def _sign_changed(self, signs: Sequence[Truth], day: int) -> bool:
        since = self._since(day)
        if since is None or self._new_companion(day, since):
            return True
        pairs = [(sign.month(day), sign.reference(since, day)) for sign in signs]
        return any(now is not None and then is not None and now - then >= 0.25 - 1e-9 for now, then in pairs)

    def _minor_trauma(self, day: int) -> bool:
        if self._age(day) < 50 and not self._person.profile.get("steroid_use"):
            return False
        return self._hurts(day) and any(
            self._hurts(began) and self._new_pain(event.day, began)
            for event in self._person.events
            if event.kind in ("fall", "injury") and event.trauma == "minor"
            for began in range(event.day, min(day, event.day + 3) + 1)
            if 7 <= day - began <= 10 and not self._fracture_signs(event.day, day)
        )

    def _hurts(self, day: int) -> bool:
        return self._worst.values[day] >= 4 and bool(self._back.values[day])

    def _new_pain(self, event: int, began: int) -> bool:
        count = self._worst.count(event - 1, 14)
        return count < 4 or self._worst.values[began] - self._worst.total(event - 1, 14) / count >= 2 - 1e-9

    def _fracture_signs(self, event: int, day: int) -> bool:
        """Severe pain soon after the fall, in somebody whose bones are at risk."""
        profile = self._person.profile
        at_risk = self._age(day) >= 70 or any(profile.get(name) for name in ("osteoporosis", "steroid_use"))
        return at_risk and any(self._worst.values[each] >= 7 for each in range(event, min(day, event + 3) + 1))
