"""Random diaries that aim at the thresholds of the rules: `diary(seed)`; the scenario goes round with the seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.reference import habits
from tests.reference.writer import (
    FLAGS,
    PLACES,
    SIGNS,
    Fields,
    Writer,
    some_companions,
    some_nights,
    some_sites,
    some_visits,
    some_worst_pain,
    somebody,
)

NAMES = ("ibuprofen", "Ibuprofen ", "IBUPROFEN", "pregabalin")


def danger_signs(w: Writer) -> None:
    """Rare signs that come and go, in clusters about 14 days apart."""
    somebody(w, "cancer_history", "osteoporosis", "steroid_use")
    for sign in w.rng.sample(SIGNS, 6) + w.rng.sample(FLAGS, 2):
        w.tell(sign, [w.rng.choice((None, False, w.rng.random() < 0.25)) for _ in range(w.days)])
    w.tell("worst_pain", habits.scores(w.rng, w.days, (3, 4, 6, 7, 8)))
    some_sites(w)
    some_visits(w)


def fractures_and_falls(w: Writer) -> None:
    """Events with every trauma and site, worst pain at its limits in the days about them, and again a week later."""
    somebody(w, "osteoporosis", "steroid_use", "cancer_history")
    w.tell("worst_pain", habits.scores(w.rng, w.days, (1, 2, 3, 4, 5, 6, 7)))
    some_sites(w)
    w.places({w.rng.choice(PLACES[:6]): habits.yes_or_no(w.rng, w.days, (0.5, 0.9, 1.0, 1.0))})
    for _ in range(w.rng.randint(1, 4)):
        day = w.rng.randrange(-3, w.days)
        kind = w.rng.choice(("injury", "fall", "fall", "fracture", "imaging"))
        trauma = w.rng.choice(("none", "minor", "minor", "minor", "major", None))
        w.happen(day, kind, trauma=trauma, site=w.rng.choice((None, *PLACES)))
        if kind != "fracture" or w.rng.random() < 0.5:
            hurt = w.rng.choice((4, 5, 6, 6, 7, 8))
            soon = w.rng.randrange(5)
            for later in (soon, soon + w.rng.randint(6, 11), soon + w.rng.randint(20, 45)):
                if 0 <= day + later < w.days:
                    w.said[day + later] |= {"worst_pain": w.rng.choice((hurt, hurt, hurt - 1)), "sites": ["mid_back"]}
    some_visits(w)


def nights(w: Writer) -> None:
    """The night/rest pattern at its limits, for weeks, with treatments of every kind."""
    somebody(w)
    some_nights(w)
    some_worst_pain(w)
    some_companions(w, 1)
    for _ in range(w.rng.choice((0, 0, 1, 1, 2, 3))):
        some_treatment(w, w.rng.randrange(-20, w.days))
    some_visits(w)


KINDS = ("medication",) * 4 + ("physiotherapy", "home_exercise", "heat", "other")


def some_treatment(w: Writer, start: int, kinds: tuple[str, ...] = KINDS) -> None:
    """Any kind, of a length close to what is adequate, taken as often as is adequate."""
    kind = w.rng.choice(kinds)
    length = w.rng.choice((7, 13, 14, 15, 27, 28, 41, 42, 43, 55, 56, 57, 70, 90, None, None, None))
    given: Fields = {"kind": kind, "name": w.rng.choice(NAMES) if kind == "medication" else kind}
    if w.rng.random() < 0.25:
        given["recalled_score_before"] = w.rng.randint(3, 10)
    treatment = w.treat(start, None if length is None else start + length - 1, **given)
    if kind != "medication" or w.rng.random() < 0.3:
        shares = (0.59, 0.6, 0.69, 0.7, 10 / 14, 1.0, 1.0) if kind != "physiotherapy" else (0.05, 0.1, 0.3)
        w.take(treatment, start, habits.yes_or_no(w.rng, length or w.days, shares))


def relief(w: Writer) -> None:
    """Pain before, under and after a treatment: falls close to the cut-off, relapses, stops; nights stay bad."""
    somebody(w)
    start, before = w.rng.choice((3, 4, 7, 9, 10, 20)), w.rng.choice((3, 5, 6, 7, 8))
    fall = w.rng.choice((0, 0.7, 1, 1.3, 1.8, 2, 2.2, 3, 3, 4, 5))
    back = start + w.rng.choice((15, 20, 25, 34, 45, 60, 90, 500))
    again, worse = back + w.rng.choice((3, 8, 13, 14, 17, 25, 400)), before - w.rng.choice((-1, 0, 0.5, 1, 1.5))
    steps = [(0, before), (start, before - fall), (back, worse), (again, before - fall)]
    for question in w.rng.sample(("worst_pain", "night_pain", "rest_pain"), w.rng.choice((1, 1, 2, 3))):
        w.tell(question, habits.followed(w.rng, w.days, steps, w.rng.choice((0, 0, 0.4, 0.8, 1.2, 2))))
    w.tell("woke_from_sleep", habits.yes_or_no(w.rng, w.days, (0.5, 0.7, 1.0, 1.0)))
    w.treat(start, w.rng.choice((None, None, start + 13, start + 27, start + 40, back + w.rng.randint(-8, 20))))
    if w.rng.random() < 0.5:
        some_treatment(w, start, ("medication", "physiotherapy", "home_exercise"))
    some_visits(w)


def doses(w: Writer) -> None:
    """Records of one medicine in a chain: gaps of no, one or two days, overlaps, names in other case, doses."""
    somebody(w)
    some_nights(w)
    w.tell("worst_pain", habits.scores(w.rng, w.days, (5, 6, 7)))
    start, dose = w.rng.randint(0, 20), 400.0
    for _ in range(w.rng.randint(2, 5)):
        last = start + w.rng.choice((3, 7, 13, 14, 20, 27, 40))
        given: Fields = {"name": w.rng.choice(NAMES)}
        if w.rng.random() < 0.8:
            given |= {"daily_dose": dose, "dose_unit": w.rng.choice(("mg", "mg", "mg", "g"))}
        w.treat(start, None if w.rng.random() < 0.1 else last, **given)
        start = max(start + 1, last + w.rng.choice((-3, 0, 1, 1, 1, 1, 2, 3, 20)))
        dose *= w.rng.choice((1, 1, 0.99, 0.75, 1.2, 1.24, 1.25, 1.5))
    some_visits(w)


def climbing(w: Writer) -> None:
    """Worst pain that climbs by steps of 28 days, or flares."""
    somebody(w)
    steps = [w.rng.choice((2, 2.5, 3, 4))]
    for _ in range(w.days // 28 + 1):
        steps.append(min(10, max(0, steps[-1] + w.rng.choice((-1, 0, 0.5, 0.5, 1, 1, 1, 1.5, 2)))))
    w.tell("worst_pain", habits.ramp(w.rng, w.days, steps))
    some_nights(w)
    some_companions(w, 1)
    some_visits(w)


def lungs(w: Writer) -> None:
    """Companions for six weeks, at their limits; known lung conditions, smokers, asbestos."""
    somebody(w, "asbestos_exposure", "long_term_lung_condition")
    some_companions(w, 4)
    some_nights(w)
    if w.rng.random() < 0.3:
        some_weights(w)
    some_visits(w)


def some_weights(w: Writer) -> None:
    w.tell("weight_kg", habits.weighings(w.rng, w.days, w.rng.choice((58.0, 70.0, 80.0, 100.0))))
    w.places({w.rng.choice(PLACES[:7]): habits.yes_or_no(w.rng, w.days, (0.0, 0.4, 0.5, 0.6, 1.0))})


def weights(w: Writer) -> None:
    """Weights that fall by about 3 or 5 %, over a year."""
    somebody(w, "losing_weight_on_purpose")
    w.profile["losing_weight_on_purpose"] = w.rng.random() < 0.15
    some_weights(w)
    some_companions(w, 1)
    w.tell("worse_lying_down", habits.yes_or_no(w.rng, w.days))
    some_visits(w)


def flank_and_breath(w: Writer) -> None:
    """Flank pain and pain on a deep breath about the half, with and without companions."""
    somebody(w)
    w.places({w.rng.choice(PLACES[4:6]): habits.yes_or_no(w.rng, w.days), "hip": habits.yes_or_no(w.rng, w.days)})
    w.tell("worse_on_deep_breath", habits.yes_or_no(w.rng, w.days))
    some_companions(w, 2)
    some_visits(w)


def lying_down(w: Writer) -> None:
    """Worse lying down about the half, with a companion or a treatment that does not help."""
    somebody(w)
    w.tell("worse_lying_down", habits.yes_or_no(w.rng, w.days, (0.2, 0.25, 0.45, 0.5, 0.55, 0.75, 1.0)))
    some_worst_pain(w)
    some_companions(w, 2)
    some_treatment(w, w.rng.randrange(w.days))
    some_visits(w)


def seen_and_worse(w: Writer) -> None:
    """A treatment that failed, a visit, and then pain and nights that rise by about what counts as change."""
    somebody(w)
    base, turn = w.rng.choice((3, 4, 5, 6)), w.rng.choice((56, 70, 90, 120))
    steps = [
        (0, base),
        (turn, base + w.rng.choice((0, 1, 1.5, 1.6, 2, 2, 2.5))),
        (turn + w.rng.choice((20, 45, 200)), base),
    ]
    w.tell("worst_pain", habits.followed(w.rng, w.days, steps, w.rng.choice((0, 0, 0.5, 1))))
    more = [(0, w.rng.choice((0.5, 0.6, 0.7))), (turn, w.rng.choice((0.5, 0.8, 0.9, 1.0)))]
    shares = [share for day in range(w.days) for share in [[s for first, s in more if first <= day][-1]]]
    chance = w.rng.choice((1.0, 0.9, 0.6))
    w.tell("woke_from_sleep", [w.rng.random() < s if w.rng.random() < chance else None for s in shares])
    some_companions(w, 2)
    w.treat(w.rng.randint(7, 20), w.rng.choice((None, 40, 60)))
    w.visit(w.rng.choice((-30, 28, 35, 45, turn - 5, turn + 3)))
    some_visits(w)


def everything(w: Writer) -> None:
    """A long diary with everything at once."""
    somebody(w, *w.rng.sample(("asbestos_exposure", "cancer_history", "long_term_lung_condition"), 1))
    for part in (some_nights, some_worst_pain, some_sites, some_weights):
        part(w)
    some_companions(w, 3)
    for flag in w.rng.sample(FLAGS[1:], 2):
        w.tell(flag, habits.yes_or_no(w.rng, w.days))
    for _ in range(w.rng.randint(1, 3)):
        some_treatment(w, w.rng.randrange(w.days))
    w.happen(w.rng.randrange(w.days), w.rng.choice(("fall", "injury")), trauma="minor")
    some_visits(w)


def hardly_anything(w: Writer) -> None:
    """Nothing, or a few lone entries, or events only."""
    somebody(w)
    for day in w.rng.choices(range(w.days), k=w.rng.choice((0, 0, 1, 1, 3))):
        w.said[day] = {w.rng.choice(SIGNS + FLAGS): w.rng.random() < 0.7, "worst_pain": w.rng.randint(0, 10)}
    if w.rng.random() < 0.5:
        w.happen(
            w.rng.randrange(w.days), w.rng.choice(("fracture", "fall", "doctor_visit")), trauma="minor", site="neck"
        )


LENGTHS: dict[Callable[[Writer], None], tuple[int, ...]] = {
    danger_signs: (1, 5, 20, 60),
    fractures_and_falls: (10, 40, 90),
    nights: (30, 60, 120, 260),
    relief: (50, 90, 150),
    doses: (60, 120, 200),
    climbing: (80, 130, 220, 420),
    lungs: (50, 90, 160),
    weights: (120, 300, 420),
    flank_and_breath: (9, 21, 50, 130, 230),
    lying_down: (14, 60, 150, 240),
    seen_and_worse: (120, 200, 400),
    everything: (100, 250, 430),
    hardly_anything: (1, 30),
}
SCENARIOS = tuple(LENGTHS)


def scenario_of(seed: int) -> Callable[[Writer], None]:
    return SCENARIOS[seed % len(SCENARIOS)]


def diary(seed: int) -> dict[str, Any]:
    """The diary document of a seed."""
    scenario = scenario_of(seed)
    writer = Writer(seed)
    writer.lengthen(writer.rng.choice(LENGTHS[scenario]))
    scenario(writer)
    writer.forget()
    return writer.document()
