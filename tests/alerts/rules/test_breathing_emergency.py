import pytest

from tests.alerts.rules.histories import Case, diary, entry, found_on, visit

CASES = [
    *(
        Case(f"{sign} yes", diary(entry(4, **{sign: True})), [4])
        for sign in ("coughing_much_blood", "breathless_at_rest", "collapse", "sudden_chest_pain")
    ),
    *(
        Case(f"{sign} no", diary(entry(4, **{sign: False})), [])
        for sign in ("coughing_much_blood", "breathless_at_rest", "collapse", "sudden_chest_pain")
    ),
    Case(
        "sudden breathlessness and worse on a deep breath",
        diary(entry(4, sudden_breathlessness=True, worse_on_deep_breath=True)),
        [4],
    ),
    Case(
        "the same in two entries of one day",
        diary(entry(4, sudden_breathlessness=True), entry(4, worse_on_deep_breath=True)),
        [4],
    ),
    Case(
        "sudden breathlessness, deep breath answered no",
        diary(entry(4, sudden_breathlessness=True, worse_on_deep_breath=False)),
        [],
    ),
    Case("sudden breathlessness, deep breath unanswered", diary(entry(4, sudden_breathlessness=True)), []),
    Case(
        "deep breath the day after",
        diary(entry(4, sudden_breathlessness=True), entry(5, worse_on_deep_breath=True)),
        [],
    ),
    Case("ordinary breathlessness", diary(entry(4, breathlessness=True, worse_on_deep_breath=True)), []),
    Case("a visit the day before holds nothing back", diary(visit(3), entry(4, collapse=True)), [4]),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_breathing_emergency(case: Case) -> None:
    assert found_on("breathing_emergency", case.history) == case.found
