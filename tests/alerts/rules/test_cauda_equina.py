import pytest

from tests.alerts.rules.histories import Case, days, diary, entry, found_on

QUIET = days(1, 3, worst_pain=2, night_pain=0)

CASES = [
    *(
        Case(f"{sign} yes", diary(QUIET, entry(4, **{sign: True})), [4])
        for sign in ("saddle_numbness", "bladder_change", "bowel_change", "both_legs_weak", "unable_to_walk")
    ),
    Case("every sign no", diary(QUIET, entry(4, saddle_numbness=False, bowel_change=False)), []),
    Case("nothing answered", diary(QUIET, entry(4, worst_pain=10)), []),
    Case("one leg weak is another rule", diary(QUIET, entry(4, leg_weak=True)), []),
    Case("the very first entry", diary(entry(1, saddle_numbness=True)), [1]),
    Case(
        "yes in one entry and no in another of the day",
        diary(entry(1, hour=8, bladder_change=True), entry(1, hour=20, bladder_change=False)),
        [1],
    ),
    Case("again 14 days later is the same episode", diary(*(entry(on, bowel_change=True) for on in (1, 15))), [1]),
    Case("again 15 days later is a new one", diary(*(entry(on, bowel_change=True) for on in (1, 16))), [1, 16]),
    Case(
        "days in between keep the episode going",
        diary(*(entry(on, bowel_change=True) for on in (1, 10, 20, 34))),
        [1],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_cauda_equina(case: Case) -> None:
    assert found_on("cauda_equina", case.history) == case.found
