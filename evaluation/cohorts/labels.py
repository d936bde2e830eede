"""On which days the true state of a person meets a see-a-doctor rule: the labels that the rules are measured against.

The definitions are those of `docs/rules.md`; the code shares nothing with `alerts.rules`.
"""

from __future__ import annotations

from evaluation.cohorts.latent import LatentPerson
from evaluation.cohorts.true_state import TrueState
from evaluation.cohorts.truth import ROUNDING

CHANGING = (
    "night_rest_not_responding",
    "night_rest_persistent",
    "worsening_pain",
    "lung_symptoms",
    "weight_loss",
    "flank_or_breath_pain",
    "worse_lying_down",
)
"""The rules that ask for change once a doctor has looked at it."""


class LatentRules:
    """The see-a-doctor rules on the true state of one person."""

    def __init__(self, person: LatentPerson, *, unseen: bool = False) -> None:
        """`unseen`: as if no doctor had ever looked at the pain."""
        self._person = person
        self._state = TrueState(person, unseen=unseen)

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

    def old_and_still_there(self, met: dict[str, list[int]]) -> list[int]:
        """The days on which nothing but an old visit stands between a pattern and an alarm; `met` as above."""
        ages = [(day, self._state.visit(day)) for day in range(len(self._person.days))]
        old = {day for day, visit in ages if visit is not None and day - visit > 365}
        if not old:
            return []
        patterns = LatentRules(self._person, unseen=True).met()
        there = {day for rule in CHANGING for day in patterns[rule]}
        alarming = {day for rule in CHANGING for day in met[rule]}
        return sorted(old & there - alarming)

    def _core(self, day: int) -> bool:
        state = self._state
        return state.pattern(day) and state.treatment_failed(day) and state.nights_changed(day)

    def _six_weeks_of_nights(self, day: int) -> bool:
        state = self._state
        return (
            state.pattern(day)
            and state.nights.mostly(day, 42, 15, 0.6)
            and all(state.nights.total(day - 7 * week, 7) >= 1 for week in range(6))
            and state.nights.run(day, gap=10) >= 42
            and not state.treatment_helps(day)
            and not state.treatment_failed(day)
            and state.nights_changed(day)
        )

    def _worsening(self, day: int) -> bool:
        pain = self._state.worst
        now, month, two_months = (pain.month(day - ago) for ago in (0, 28, 56))
        if now is None or month is None or two_months is None:
            return False
        if month - two_months < 0.5 - ROUNDING or now - month < 0.5 - ROUNDING:
            return False
        if now - pain.highest_month(day - 56) < 2 - ROUNDING:
            return False
        if (self._state.nights.month(day) or 0) < 0.5 and self._state.age(day) < 50:
            return False
        since = self._state.visit(day)
        then = None if since is None else pain.reference(since, day)
        return since is None or (then is not None and now - then >= 2 - ROUNDING)

    def _lung(self, day: int) -> bool:
        state, profile = self._state, self._person.profile
        long = set(state.for_six_weeks(day))
        if not long:
            return False
        old, counting = state.age(day) >= 40, set()
        if old and len(state.persistent(day)) >= 2:
            counting |= long & set(state.persistent(day))
        if (old and profile.get("smoking") in ("former", "current")) or profile.get("asbestos_exposure"):
            counting |= long - {"fatigue"}
        since = state.visit(day)
        return any(since is None or state.is_new(name, since, day) for name in counting)

    def _weight(self, day: int) -> bool:
        since = self._state.visit(day)
        return self._state.weight_lost(day) and (since is None or self._state.is_new("weight_loss", since, day))

    def _flank_or_breath(self, day: int) -> bool:
        state = self._state
        met = [
            sign
            for sign in (state.flank, state.breath)
            if sign.mostly(day, 21, 9, 0.5) or (sign.mostly(day, 7, 5, 0.5) and state.persistent(day))
        ]
        return bool(met) and state.sign_changed(met, day)

    def _worse_lying_down(self, day: int) -> bool:
        state = self._state
        if not state.lying.mostly(day, 28, 14, 0.5):
            return False
        beside = bool(state.persistent(day)) or state.treatment_failed(day)
        return beside and state.sign_changed([state.lying], day)

    def _minor_trauma(self, day: int) -> bool:
        if self._state.age(day) < 50 and not self._person.profile.get("steroid_use"):
            return False
        return self._hurts(day) and any(
            self._hurts(began) and self._new_pain(event.day, began)
            for event in self._person.events
            if event.kind in ("fall", "injury") and event.trauma == "minor"
            for began in range(event.day, min(day, event.day + 3) + 1)
            if 7 <= day - began <= 10 and not self._fracture_signs(event.day, day)
        )

    def _hurts(self, day: int) -> bool:
        return self._state.worst.values[day] >= 4 and bool(self._state.back.values[day])

    def _new_pain(self, event: int, began: int) -> bool:
        pain = self._state.worst
        count = pain.count(event - 1, 14)
        return count < 4 or pain.values[began] - pain.total(event - 1, 14) / count >= 2 - ROUNDING

    def _fracture_signs(self, event: int, day: int) -> bool:
        """Severe pain soon after the fall, in someone whose bones are at risk."""
        profile, pain = self._person.profile, self._state.worst
        at_risk = self._state.age(day) >= 70 or any(profile.get(name) for name in ("osteoporosis", "steroid_use"))
        return at_risk and any(pain.values[each] >= 7 for each in range(event, min(day, event + 3) + 1))
