"""Random diaries that aim at the thresholds of the rules: `diary(seed)`; the scenario goes round with the seed.

`diary_of_years(seed)` is one of up to four years, with visits between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tests.reference import habits
from tests.reference.treated import adequate, doses, noisy_relief, relief, some_treatment
from tests.reference.writer import (
    FLAGS,
    PLACES,
    SIGNS,
    Writer,
    some_companions,
    some_nights,
    some_sites,
    some_visits,
    some_worst_pain,
    somebody,
)


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


def falls_of_older_people(w: Writer) -> None:
    """A minor fall, pain in the days after it about 2 above what was usual, and again 7-10 days later."""
    somebody(w, "steroid_use")
    w.profile["birth_year"] = w.first.year - w.rng.choice((49, 50, 50, 60, 68))
    usual = w.rng.choice((1, 2, 3, 4))
    w.tell("worst_pain", habits.scores(w.rng, w.days, (usual, usual + 0.5)))
    for _ in range(w.rng.choice((1, 1, 2))):
        day = w.rng.randrange(w.days)
        w.happen(
            day, w.rng.choice(("injury", "fall")), trauma=w.rng.choice(("minor", "minor", "minor", "none", "major"))
        )
        soon = day + w.rng.choice((0, 1, 2, 3, 3, 4))
        for later in (soon, soon + w.rng.randint(6, 11), soon + w.rng.randint(6, 11), soon + w.rng.randint(25, 45)):
            if later < w.days:
                place = w.rng.choice(("neck", "lower_back", "lower_back", "left_flank", "hip"))
                w.said[later] |= {"worst_pain": usual + w.rng.choice((1, 2, 2, 3)), "sites": [place]}
    if w.rng.random() < 0.3:
        w.happen(w.rng.randrange(w.days), "fracture", trauma="minor", site=w.rng.choice(PLACES))
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


def for_years(w: Writer) -> None:
    """A pattern that a doctor has looked at and that stays for years, with breaks and now and then worse; visits."""
    somebody(w)
    lasting = w.rng.choice((0.5, 0.6, 0.8, 1.0))
    turn, after = w.rng.randrange(w.days), w.rng.choice((0, 0, 1, 2, 2.5, 3))
    base = w.rng.choice((3, 4, 5, 6))
    w.tell("worst_pain", habits.followed(w.rng, w.days, [(0, base), (turn, base + after)], w.rng.choice((0, 0.5, 1))))
    w.tell("woke_from_sleep", [w.rng.random() < lasting for _ in range(w.days)])
    if w.rng.random() < 0.5:
        w.treat(w.rng.randrange(w.days), None)
    if w.rng.random() < 0.3:
        w.tell("worse_on_deep_breath", habits.yes_or_no(w.rng, w.days, (0.0, 0.5, 0.6, 1.0)))
    some_companions(w, 1)
    for _ in range(w.rng.choice((0, 1, 2, 4))):
        first = w.rng.randrange(w.days)
        for fields in w.said[first : first + w.rng.choice((20, 60, 179, 364, 400))]:
            fields.clear()
    if w.rng.random() < 0.2:
        w.happen(w.rng.randrange(w.days), "fall", trauma="minor")
    visits = (-900, -400, -367, -366, -365, -357, -356, -355, -340, -338, -30, 0, 20, *([w.rng.randrange(w.days)] * 4))
    for _ in range(w.rng.choice((1, 1, 2, 3, 4))):
        w.visit(w.rng.choice(visits))


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
    falls_of_older_people: (15, 40, 90),
    nights: (30, 60, 120, 260),
    relief: (50, 90, 150),
    noisy_relief: (50, 90, 150),
    doses: (60, 120, 200),
    adequate: (40, 70, 110),
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
YEARS = (400, 750, 1100, 1461)


def scenario_of(seed: int) -> Callable[[Writer], None]:
    return SCENARIOS[seed % len(SCENARIOS)]


def diary(seed: int) -> dict[str, Any]:
    """The diary document of a seed."""
    scenario = scenario_of(seed)
    return _written(seed, scenario, LENGTHS[scenario])


def diary_of_years(seed: int) -> dict[str, Any]:
    """A diary document of one to four years."""
    return _written(seed, for_years, YEARS)


def _written(seed: int, scenario: Callable[[Writer], None], lengths: Sequence[int]) -> dict[str, Any]:
    writer = Writer(seed)
    writer.lengthen(writer.rng.choice(lengths))
    scenario(writer)
    writer.forget()
    return writer.document()
