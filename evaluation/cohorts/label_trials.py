"""Did a treatment help, judged on the true state of every day.

The definitions are those of `docs/rules.md`; the code is the cohorts' own, so that a slip in the rules' code shows as a
disagreement with the label.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import sqrt
from statistics import mean, variance

from evaluation.cohorts.latent import LatentPerson, LatentTreatment

T_90 = {3: 1.638, 4: 1.533, 5: 1.476, 6: 1.440, 7: 1.415, 8: 1.397, 9: 1.383, 10: 1.372, 11: 1.363, 12: 1.356}
"""Student's t below which 90 % lie, by degrees of freedom."""
LENGTH = {"medication": 14, "physiotherapy": 42}
CERTAIN_FROM = {"medication": 28, "physiotherapy": 56}


class TrueTrial:
    """One treatment: on which days it counts as failed and on which as helping."""

    def __init__(self, person: LatentPerson, treatment: LatentTreatment, pattern: Callable[[int], bool]) -> None:
        self._pattern = pattern
        self._treatment = treatment
        nights = [max(day.night, day.rest) for day in person.days]
        worst = [day.worst for day in person.days]
        self._values: Sequence[int] = nights
        before = nights[max(0, treatment.start - 7) : treatment.start]
        if len(before) < 4:
            recalled = treatment.recalled
            before = [] if recalled is None else [recalled]
            self._values = nights if recalled is None else worst
        self._before: Sequence[int] = before
        self._states = dict(self._judged(person))

    def failed_on(self, day: int) -> bool:
        """Whether it counts as not responded: while it runs and 90 days after."""
        treatment = self._treatment
        if day > treatment.stop + 90:
            return False
        state = self._states.get(min(day, treatment.stop), "")
        lasted = min(day, treatment.stop) - treatment.start + 1
        if state == "uncertain":
            return lasted >= CERTAIN_FROM[treatment.kind] and self._pattern(day)
        return state == "failed"

    def helps_on(self, day: int) -> bool:
        """Whether it counts as responded: while it runs and 28 days after."""
        return day <= self._treatment.stop + 28 and self._states.get(day, "") == "helped"

    def _judged(self, person: LatentPerson) -> Iterator[tuple[int, str]]:
        treatment = self._treatment
        self._state, self._first_after, self._back_since = "", 0.0, -1
        for day in range(treatment.start, min(treatment.stop + 29, len(person.days))):
            after = self._values[max(0, day - 6) : day + 1]
            if day > treatment.stop:
                self._follow_the_end(mean(after))
            elif self._adequate(person, day):
                self._judge(day, after)
            yield day, self._state

    def _judge(self, day: int, after: Sequence[int]) -> None:
        if not self._before:
            self._state = self._without_before(day)
        elif self._state in ("helped", "suspended"):
            self._follow_relief(day, mean(after))
        else:
            verdict = self._compared(after)
            if verdict == "helped":
                self._state, self._first_after = verdict, mean(after)
            elif verdict == "failed" or self._state != "failed":
                self._state = verdict

    def _follow_relief(self, day: int, level: float) -> None:
        """Relief is suspended while the pain is back, and has failed when that lasts two weeks."""
        if not self._is_back(level):
            self._state, self._back_since = "helped", -1
            return
        self._back_since = day if self._back_since < 0 else self._back_since
        self._state = "suspended"
        if day - self._back_since >= 14:
            self._state, self._back_since = "failed", -1

    def _follow_the_end(self, level: float) -> None:
        if self._state in ("helped", "suspended"):
            self._state = "ended" if self._is_back(level) else "helped"

    def _adequate(self, person: LatentPerson, day: int) -> bool:
        treatment = self._treatment
        if day - treatment.start + 1 < LENGTH[treatment.kind]:
            return False
        answers = [
            one.taken[treatment.id] for one in person.days[treatment.start : day + 1] if treatment.id in one.taken
        ]
        return sum(answers) >= 4 if treatment.kind == "physiotherapy" else sum(answers) >= 0.7 * len(answers)

    def _compared(self, after: Sequence[int]) -> str:
        before = mean(self._before)
        fall, enough = before - mean(after), min(2.0, max(0.3 * before, 1.0))
        if abs(fall - enough) < self._margin(after) - 1e-9:
            return "uncertain"
        return "helped" if fall >= enough - 1e-9 else "failed"

    def _margin(self, after: Sequence[int]) -> float:
        """Half the 80 % interval of the difference of the two means (Welch)."""
        sides = [(variance(side) / len(side), len(side) - 1) for side in (self._before, after) if len(side) > 1]
        error = sum(part for part, _ in sides)
        if not error:
            return 0.0
        freedom = error**2 / sum(part**2 / degrees for part, degrees in sides)
        low = min(11, max(3, int(freedom)))
        steps = (1 / low - 1 / max(freedom, 3)) / (1 / low - 1 / (low + 1))
        return (T_90[low] + (T_90[low + 1] - T_90[low]) * min(1.0, steps)) * sqrt(error)

    def _is_back(self, level: float) -> bool:
        return level >= mean(self._before) - 1 - 1e-9 and level >= self._first_after + 1 - 1e-9

    def _without_before(self, day: int) -> str:
        month = self._values[max(0, day - 27) : day + 1]
        late = day - self._treatment.start + 1 >= 28
        return "failed" if late and len(month) >= 10 and mean(month) >= 4 and self._pattern(day) else ""
