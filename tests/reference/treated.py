"""Random diaries about treatments: close to adequate, close to the cut-off, relapses, stops, chains of doses."""

from __future__ import annotations

from tests.reference import habits
from tests.reference.writer import Fields, Writer, some_nights, some_visits, somebody

NAMES = ("ibuprofen", " Ｉｂｕｐｒｏｆｅｎ", "IBUPROFEN", "pregabalin")
UNITS = ("mg", "Mg", "ｍｇ", "mg ", "g")
KINDS = ("medication",) * 4 + ("physiotherapy", "home_exercise", "heat", "other")
TREATED = ("medication", "medication", "physiotherapy", "home_exercise")


def some_treatment(w: Writer, start: int, kinds: tuple[str, ...] = KINDS) -> None:
    """Any kind, of a length close to what is adequate, taken as often as is adequate."""
    kind = w.rng.choice(kinds)
    length = w.rng.choice((7, 13, 14, 15, 27, 28, 41, 42, 43, 55, 56, 57, 70, 90, None, None, None))
    given: Fields = {"kind": kind, "name": w.rng.choice(NAMES) if kind == "medication" else kind}
    if w.rng.random() < 0.25:
        given["recalled_score_before"] = w.rng.randint(3, 10)
    treatment = w.treat(start, None if length is None else start + length - 1, **given)
    if kind != "medication" or w.rng.random() < 0.3:
        shares = (0.05, 0.1, 0.3) if kind == "physiotherapy" else (0.59, 0.6, 0.69, 0.7, 10 / 14, 1.0, 1.0)
        w.take(treatment, start, habits.yes_or_no(w.rng, length or w.days, shares))


def bad_nights(w: Writer) -> None:
    """Mostly nights so bad that only the treatment decides."""
    if w.rng.random() < 0.75:
        w.tell("woke_from_sleep", [True] * w.days)
    else:
        w.tell("woke_from_sleep", habits.yes_or_no(w.rng, w.days, (0.5, 0.6, 0.7, 1.0)))


def relieved(w: Writer, spreads: tuple[float, ...]) -> None:
    somebody(w)
    bad_nights(w)
    start, before = w.rng.choice((3, 4, 7, 9, 10, 20)), w.rng.choice((3, 4, 5, 6, 7, 8))
    fall = w.rng.choice((0, 0.7, 1, 1.3, 1.8, 2, 2.2, 3, 3, 4, 5))
    back = start + w.rng.choice((15, 20, 25, 34, 45, 60, 90, 500))
    again, worse = back + w.rng.choice((3, 8, 13, 14, 17, 25, 400)), before - w.rng.choice((-2, 0, 0.5, 1, 1.5))
    steps = [(0, before), (start, before - fall), (back, worse), (again, before - fall)]
    for question in w.rng.sample(("worst_pain", "night_pain", "rest_pain"), w.rng.choice((1, 1, 2, 3))):
        w.tell(question, habits.followed(w.rng, w.days, steps, w.rng.choice(spreads)))
    recalled = {"recalled_score_before": before} if w.rng.random() < 0.3 else {}
    last = w.rng.choice((None, None, start + 13, start + 27, start + 40, back + w.rng.randint(-8, 20)))
    w.treat(start, last, **recalled)
    if w.rng.random() < 0.3:
        some_treatment(w, start + w.rng.choice((0, 0, 5, 20)), TREATED)
    some_visits(w)


def relief(w: Writer) -> None:
    """Pain before, under and after a treatment: falls close to the cut-off, relapses, stops; nights stay bad."""
    relieved(w, (0, 0, 0, 0.4))


def noisy_relief(w: Writer) -> None:
    """The same with a spread that leaves the verdict uncertain."""
    relieved(w, (0.7, 1, 1.5, 2))


def adequate(w: Writer) -> None:
    """Treatments that change nothing, of every kind, close to long enough and often enough to be adequate."""
    somebody(w)
    bad_nights(w)
    level = w.rng.choice((3, 3.5, 4, 4.5, 6))
    w.tell(w.rng.choice(("worst_pain", "night_pain")), habits.followed(w.rng, w.days, [(0, level)], 0.4))
    for _ in range(w.rng.choice((1, 1, 2))):
        some_treatment(w, w.rng.choice((-40, -14, 0, 3, 4, 7, 20)), TREATED)
    some_visits(w)


def doses(w: Writer) -> None:
    """Records of one medicine in a chain: gaps of no, one or two days, overlaps, names in other case, doses."""
    somebody(w)
    bad_nights(w)
    if w.rng.random() < 0.5:
        some_nights(w)
    w.tell("worst_pain", habits.scores(w.rng, w.days, (5, 6, 7)))
    start, dose, same_name = w.rng.choice((4, 7, 10, 20)), 400.0, w.rng.random() < 0.6
    for _ in range(w.rng.randint(2, 5)):
        last = start + w.rng.choice((3, 7, 12, 13, 14, 20, 27, 40))
        given: Fields = {"name": w.rng.choice(NAMES[:3] if same_name else NAMES)}
        if w.rng.random() < 0.8:
            given |= {"daily_dose": dose, "dose_unit": w.rng.choice(UNITS)}
        if w.rng.random() < 0.2:
            given["recalled_score_before"] = w.rng.randint(4, 9)
        w.treat(start, None if w.rng.random() < 0.1 else last, **given)
        start = max(start + 1, last + w.rng.choice((-3, 0, 1, 1, 1, 1, 2, 3, 20)))
        dose *= w.rng.choice((1, 1, 0.99, 0.75, 1.2, 1.24, 1.25, 1.5))
    some_visits(w)
