"""Writes a random diary: what is said each day, what was tried and what happened, dealt onto one or more entries."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from tests.reference import habits

DAY = timedelta(days=1)
Fields = dict[str, Any]
PLACES = [
    "neck",
    "upper_back",
    "mid_back",
    "lower_back",
    "left_flank",
    "right_flank",
    "chest",
    "shoulder",
    "hip",
    "leg",
    "other",
]
COMPANIONS = ["cough", "breathlessness", "fatigue", "appetite_loss", "chest_pain"]
SIGNS = [
    "coughing_blood",
    "coughing_much_blood",
    "sudden_breathlessness",
    "breathless_at_rest",
    "sudden_chest_pain",
    "collapse",
    "fever",
    "blood_in_urine",
    "saddle_numbness",
    "bladder_change",
    "bowel_change",
    "leg_weak",
    "both_legs_weak",
    "unsteady_walking",
    "unable_to_walk",
    "band_like_pain",
    "height_loss",
    "spine_deformity",
]
FLAGS = ["woke_from_sleep", "worse_lying_down", "worse_on_deep_breath", "worse_on_straining"]
HISTORIES = (
    "asbestos_exposure cancer_history osteoporosis steroid_use losing_weight_on_purpose long_term_lung_condition"
)
UNANSWERED = ["worst_pain", "night_pain", "woke_from_sleep", "worse_lying_down", "sites", "weight_kg"]
FIRST_DAYS = (date(2023, 12, 20), date(2024, 1, 1), date(2024, 2, 5), date(2023, 3, 27), date(2020, 2, 29))


class Writer:
    """Fills one diary document day by day."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.first = self.rng.choice(FIRST_DAYS)
        self.days = 0
        self.said: list[Fields] = []
        self.treatments: list[Fields] = []
        self.events: list[Fields] = []
        self.profile: Fields = {}

    def lengthen(self, days: int) -> None:
        self.days += days
        self.said.extend({} for _ in range(days))

    def on(self, day: int) -> str:
        return (self.first + day * DAY).isoformat()

    def id(self) -> str:
        return str(UUID(int=self.rng.getrandbits(128), version=4))

    def tell(self, question: str, answers: list[Any]) -> None:
        for fields, answer in zip(self.said, answers, strict=False):
            if answer is not None:
                fields[question] = answer

    def places(self, places: dict[str, list[bool | None]]) -> None:
        """Sites by place: a day on which any is answered gives the list."""
        for day, fields in enumerate(self.said):
            given = {place: answers[day] for place, answers in places.items() if answers[day] is not None}
            if given:
                fields["sites"] = sorted({*fields.get("sites", []), *(place for place, yes in given.items() if yes)})

    def treat(self, first: int, last: int | None, **fields: Any) -> Fields:
        treatment = {"id": self.id(), "kind": "medication", "name": "ibuprofen", "started_on": self.on(first)}
        if last is not None:
            treatment["stopped_on"] = self.on(max(first, last))
        self.treatments.append({**treatment, **fields})
        return self.treatments[-1]

    def take(self, treatment: Fields, first: int, answers: list[bool | None]) -> None:
        for day, answer in enumerate(answers, start=first):
            if answer is not None and 0 <= day < self.days:
                self.said[day].setdefault("treatments_taken", {})[treatment["id"]] = answer

    def happen(self, day: int, kind: str, **fields: Any) -> None:
        given = {name: value for name, value in fields.items() if value is not None}
        self.events.append({"id": self.id(), "kind": kind, "date": self.on(day), **given})

    def visit(self, day: int) -> None:
        self.happen(day, "doctor_visit", about_this_pain=self.rng.choice((None, None, True, True, False)))

    def forget(self) -> None:
        """Whole days without an entry: none, some by chance, or stretches of them."""
        how = self.rng.choice(("never", "never", "by chance", "stretches"))
        chance = self.rng.choice((0.3, 0.5, 0.7))
        gone = {day for day in range(self.days) if how == "by chance" and self.rng.random() < chance}
        for _ in range(self.days // 40 + 1 if how == "stretches" else 0):
            start = self.rng.randrange(self.days)
            gone.update(range(start, start + self.rng.choice((2, 5, 10, 15, 30, 60))))
        self.said = [{} if day in gone else fields for day, fields in enumerate(self.said)]

    def document(self) -> Fields:
        entries = [entry for day, fields in enumerate(self.said) for entry in self.entries(day, fields)]
        return {
            "format": "symptom-diary/1",
            "patient": self.profile,
            "entries": entries,
            "treatments": self.treatments,
            "events": self.events,
        }

    def entries(self, day: int, fields: Fields) -> list[Fields]:
        """One entry, or sometimes several among which the answers are dealt, some said twice and differently."""
        if not fields:
            return []
        hands: list[Fields] = [{} for _ in range(self.rng.choice((1, 1, 1, 1, 1, 1, 2, 3)))]
        for question, answer in fields.items():
            self.rng.choice(hands)[question] = answer
            if len(hands) > 1 and self.rng.random() < 0.2:
                self.rng.choice(hands).setdefault(question, self.otherwise(answer))
        return [self.entry(day, hour, hand) for hour, hand in zip((21, 7, 13), hands, strict=False)]

    def otherwise(self, answer: Any) -> Any:
        """The same question, answered again."""
        if isinstance(answer, bool):
            return not answer if self.rng.random() < 0.3 else answer
        return max(0, answer - 1) if isinstance(answer, int) else answer

    def entry(self, day: int, hour: int, answers: Fields) -> Fields:
        entry: Fields = {"id": self.id(), "date": self.on(day), "time_zone": "Europe/Vienna"}
        entry["recorded_at"] = f"{self.on(day)}T{hour:02}:{self.rng.randrange(60):02}:00+01:00"
        for question, answer in answers.items():
            if question in COMPANIONS or question in SIGNS:
                entry.setdefault("symptoms", {})[question] = answer
            else:
                entry[question] = answer
        for question in self.rng.sample(UNANSWERED, 2):
            entry.setdefault(question, None)
        return entry


# What every diary may have beside its theme.


def somebody(w: Writer, *likely: str) -> None:
    """A profile, with ages at the limits."""
    born = w.first.year - w.rng.choice((25, 39, 40, 41, 49, 50, 51, 65, 69, 70, 71))
    w.profile = {"id": w.id(), "birth_year": w.rng.choice((born, born, born, None)) or None}
    w.profile["smoking"] = w.rng.choice(("never", "former", "current", None))
    for field in HISTORIES.split():
        w.profile[field] = w.rng.choice((True, False)) if field in likely else w.rng.choice((None, False, False))
    w.profile = {name: value for name, value in w.profile.items() if value is not None or w.rng.random() < 0.2}


def some_visits(w: Writer) -> None:
    for _ in range(w.rng.choice((0, 0, 1, 1, 2, 4))):
        w.visit(w.rng.choice((-370, -300, -60, -3, 0, w.rng.randrange(w.days), w.rng.randrange(w.days))))


def some_nights(w: Writer) -> None:
    """Night/rest answers of one or several of the three questions."""
    shares = w.rng.choice((habits.SHARES, (0.5, 0.6, 0.75, 1.0), (0.25, 0.5, 0.6), (1.0,)))
    if w.rng.random() < 0.7:
        w.tell("woke_from_sleep", habits.yes_or_no(w.rng, w.days, shares))
    for question in ("night_pain", "rest_pain"):
        if w.rng.random() < 0.4:
            w.tell(question, habits.scores(w.rng, w.days, (2, 3, 3.5, 4, 5, 6)))


def some_worst_pain(w: Writer) -> None:
    w.tell("worst_pain", habits.scores(w.rng, w.days, (2, 3, 4, 5, 5.5, 6, 7, 7.5)))


def some_sites(w: Writer) -> None:
    places = w.rng.sample(PLACES, 3)
    w.places({place: habits.yes_or_no(w.rng, w.days) for place in places})


def some_companions(w: Writer, at_most: int) -> None:
    lasting = w.rng.choice((habits.SHARES, (0.0, 0.59, 0.6, 0.75, 1.0), (0.0, 1.0)))
    for companion in w.rng.sample(COMPANIONS, w.rng.randint(0, at_most)):
        w.tell(companion, habits.yes_or_no(w.rng, w.days, lasting))
