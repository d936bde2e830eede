import pytest

from tests.alerts.rules.histories import Case, diary, entry, found_on

CASES = [
    Case("yes", diary(entry(4, coughing_blood=True)), [4]),
    Case("no", diary(entry(4, coughing_blood=False)), []),
    Case("unanswered", diary(entry(4, cough=True)), []),
    Case("14 days apart is one episode", diary(*(entry(on, coughing_blood=True) for on in (1, 15))), [1]),
    Case("15 days apart are two", diary(*(entry(on, coughing_blood=True) for on in (1, 16))), [1, 16]),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_coughing_blood(case: Case) -> None:
    assert found_on("coughing_blood", case.history) == case.found
