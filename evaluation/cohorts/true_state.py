"""The words that the labels are made of, asked of the true state of one person on one day.

The definitions are those of `docs/rules.md`, applied to a diary that is complete and free of noise. The code shares
nothing with `alerts.rules`. Day 0 is the first of the diary; nothing is known before it but the visits.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from statistics import median

from evaluation.cohorts.label_trials import LENGTH, TrueTrial
from evaluation.cohorts.latent import FIRST_DATE, LatentPerson, date_of
from evaluation.cohorts.truth import ROUNDING, Truth

COMPANIONS = ("cough", "breathlessness", "fatigue", "appetite_loss", "chest_pain")
BACK = {"neck", "upper_back", "mid_back", "lower_back", "left_flank", "right_flank"}
FLANK = {"left_flank", "right_flank"}
FIRST_MONTH = 9
"""The day on which ten days are known."""


class TrueState:
    """One person's true days, with what persists, what was lost, what a doctor saw and what is new since."""

    def __init__(self, person: LatentPerson, *, unseen: bool = False) -> None:
        """`unseen`: as if no doctor had ever looked at the pain."""
        days = person.days
        self.person = person
        self.nights = Truth(day.positive for day in days)
        self.worst = Truth(day.worst for day in days)
        self.back = Truth(not BACK.isdisjoint(day.sites) for day in days)
        self.flank = Truth(not FLANK.isdisjoint(day.sites) for day in days)
        self.breath = Truth(day.breath for day in days)
        self.lying = Truth(day.lying for day in days)
        self._symptoms = {name: Truth(name in day.symptoms for day in days) for name in COMPANIONS}
        self._weights = [day.weight for day in days]
        self._visits = [] if unseen else person.assessments
        self.pattern = cache(self._pattern)
        self.persistent = cache(self._persistent)
        self.for_six_weeks = cache(self._for_six_weeks)
        self._lost = cache(self._lost_so_much)

    @cached_property
    def _trials(self) -> list[TrueTrial]:
        treatments = [one for one in self.person.treatments if one.kind in LENGTH]
        return [TrueTrial(self.person, one, self.pattern) for one in treatments]

    def treatment_failed(self, day: int) -> bool:
        """Whether a trial counts as not responded."""
        return any(trial.failed_on(day) for trial in self._trials)

    def treatment_helps(self, day: int) -> bool:
        """Whether a trial counts as responded."""
        return any(trial.helps_on(day) for trial in self._trials)

    def age(self, day: int) -> int:
        """Years of age at the end of the day's year."""
        return date_of(day).year - int(self.person.profile.get("birth_year", FIRST_DATE.year))

    def visit(self, day: int) -> int | None:
        """The day of the assessment in force: the latest, for a year, or until the next if the diary soon had a month.

        A diary without gaps has the first month's value on day 9, and one on every day from then on.
        """
        latest = max((visit for visit in self._visits if visit <= day), default=None)
        if latest is None or (day - latest > 365 and max(latest, FIRST_MONTH) - latest > 365):
            return None
        return latest

    def _pattern(self, day: int) -> bool:
        """At least half of the nights of four weeks, and one in each of the last three weeks."""
        return self.nights.mostly(day, 28, 10, 0.5) and all(
            self.nights.count(week, 7) >= 2 and self.nights.total(week, 7) >= 1 for week in (day, day - 7, day - 14)
        )

    def nights_changed(self, day: int) -> bool:
        """Without a visit in force, or clearly worse for two weeks since it, or with a lasting new companion."""
        since = self.visit(day)
        if since is None:
            return True
        worse = all(self.pattern(each) and self._worse(each, since, day) for each in range(day, day - 14, -1))
        return worse or self._new_companion(day, since)

    def sign_changed(self, signs: Sequence[Truth], day: int) -> bool:
        """Without a visit in force, or one of the signs is more frequent since it, or with a lasting new companion."""
        since = self.visit(day)
        if since is None or self._new_companion(day, since):
            return True
        pairs = [(sign.month(day), sign.reference(since, day)) for sign in signs]
        return any(now is not None and then is not None and now - then >= 0.25 - ROUNDING for now, then in pairs)

    def _worse(self, each: int, since: int, day: int) -> bool:
        then, now = self.worst.reference(since, day), self.worst.month(each)
        if then is None or now is None:
            return False
        nights_then, nights = self.nights.reference(since, day), self.nights.month(each)
        more = nights is not None and nights_then is not None and nights - nights_then >= 0.30 - ROUNDING
        return now - then >= 2 - ROUNDING or (now - then >= 1.5 - ROUNDING and more)

    def _new_companion(self, day: int, since: int) -> bool:
        return any(name != "fatigue" and self.is_new(name, since, day) for name in self.for_six_weeks(day))

    def is_new(self, name: str, since: int, day: int) -> bool:
        """Whether a companion was not there at a visit."""
        if name == "weight_loss":
            return not any(self.weight_lost(each) for each in range(max(0, since - 27), since + 1))
        then = self._symptoms[name].reference(since, day)
        return then is not None and then < 0.2 - ROUNDING

    def _persistent(self, day: int) -> list[str]:
        return self._lasting(day, 21, 9, 14)

    def _for_six_weeks(self, day: int) -> list[str]:
        return self._lasting(day, 49, 15, 41)

    def _lasting(self, day: int, length: int, least: int, apart: int) -> list[str]:
        lung = self.person.profile.get("long_term_lung_condition")
        found = [
            name
            for name, truth in self._symptoms.items()
            if truth.lasting(day, length, least, apart)
            and not (lung and name in ("cough", "breathlessness") and not self.is_new(name, -1, day))
        ]
        return [*found, "weight_loss"] if self._lost(day, 76, 104, 0.03) else found

    def weight_lost(self, day: int) -> bool:
        """3 % in three months beside back pain, or 5 % in half a year."""
        return self._lost(day, 76, 104, 0.03) or self._lost(day, 183, 365, 0.05)

    def _lost_so_much(self, day: int, nearest: int, farthest: int, share: float) -> bool:
        """So much less than so many days ago, not on purpose; the smaller loss only beside back pain."""
        if day < 7 or day - nearest < 1 or self.person.profile.get("losing_weight_on_purpose"):
            return False
        now = median(self._weights[max(0, day - 27) : day + 1])
        then = median(self._weights[max(0, day - farthest) : day - nearest + 1])
        beside = share > 0.04 or self.back.mostly(day, 28, 1, 0.5)
        return beside and 1 - now / then >= share - ROUNDING
