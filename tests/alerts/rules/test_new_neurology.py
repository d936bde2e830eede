import pytest

from tests.alerts.rules.histories import Case, diary, entry, found_on

CASES = [
    *(
        Case(f"{sign} yes", diary(entry(4, **{sign: True})), [4])
        for sign in ("leg_weak", "unsteady_walking", "band_like_pain")
    ),
    Case("no", diary(entry(4, leg_weak=False, unsteady_walking=False)), []),
    Case("no before, then yes", diary(entry(3, leg_weak=False), entry(4, leg_weak=True)), [4]),
    Case("yes every day is news once", diary(*(entry(on, leg_weak=True) for on in range(1, 40))), [1]),
    Case("yes 14 days before is not new", diary(entry(1, leg_weak=True), entry(15, leg_weak=True)), [1]),
    Case("yes 15 days before is new", diary(entry(1, leg_weak=True), entry(16, leg_weak=True)), [1, 16]),
    Case(
        "another sign 10 days later belongs to the episode",
        diary(entry(1, leg_weak=True), entry(11, unsteady_walking=True)),
        [1],
    ),
    Case(
        "another sign 15 days later is a new episode",
        diary(entry(1, leg_weak=True), entry(16, unsteady_walking=True)),
        [1, 16],
    ),
    Case(
        "a sign that stays is not made new by a no",
        diary(entry(1, leg_weak=True), entry(8, leg_weak=False), entry(15, leg_weak=True)),
        [1],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_new_neurology(case: Case) -> None:
    assert found_on("new_neurology", case.history) == case.found
