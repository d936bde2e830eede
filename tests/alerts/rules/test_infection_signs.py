import pytest

from tests.alerts.rules.histories import Case, diary, entry, found_on

CASES = [
    *(
        Case(f"fever and {site}", diary(entry(4, fever=True, sites=(site,))), [4])
        for site in ("neck", "upper_back", "mid_back", "lower_back", "left_flank", "right_flank")
    ),
    *(
        Case(f"fever and {site}", diary(entry(4, fever=True, sites=(site,))), [])
        for site in ("chest", "shoulder", "hip", "leg", "other")
    ),
    Case("fever, nothing hurts", diary(entry(4, fever=True, sites=())), []),
    Case("fever, sites unanswered", diary(entry(4, fever=True, worst_pain=9)), []),
    Case("no fever", diary(entry(4, fever=False, sites=("mid_back",))), []),
    Case("fever the day after", diary(entry(4, sites=("mid_back",)), entry(5, fever=True)), []),
    Case("left flank and blood in urine", diary(entry(4, blood_in_urine=True, sites=("left_flank",))), [4]),
    Case("right flank and blood in urine", diary(entry(4, blood_in_urine=True, sites=("right_flank",))), [4]),
    Case("lower back and blood in urine", diary(entry(4, blood_in_urine=True, sites=("lower_back",))), []),
    Case("flank, blood unanswered", diary(entry(4, sites=("left_flank",))), []),
    Case("flank in another entry of the day", diary(entry(4, fever=True), entry(4, sites=("left_flank",))), [4]),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_infection_signs(case: Case) -> None:
    assert found_on("infection_signs", case.history) == case.found
