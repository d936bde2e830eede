from typing import Any

import pytest

from alerts.rules.history import Entry, Event
from tests.alerts.rules.histories import Case, diary, entry, event, found_on

YOUNG = {"birth_year": 1995}


def fracture(site: str | None = None, trauma: str | None = "none", on: int = 3) -> Event:
    return event("fracture", on, site=site, trauma=trauma)


def fall(trauma: str | None = "minor", kind: str = "fall") -> Event:
    return event(kind, 6, trauma=trauma)


def severe(on: int, worst_pain: int = 7, **answers: Any) -> Entry:
    return entry(on, worst_pain=worst_pain, **answers)


CASES = [
    *(
        Case(f"fracture of the {site}", diary(fracture(site), **YOUNG), [3])
        for site in ("neck", "upper_back", "mid_back", "lower_back")
    ),
    Case("fracture of the spine, minor trauma", diary(fracture("mid_back", "minor"), **YOUNG), [3]),
    Case("fracture of the spine, major trauma", diary(fracture("mid_back", "major"), **YOUNG), []),
    Case("fracture of the spine, trauma unanswered", diary(fracture("mid_back", None), **YOUNG), []),
    Case("fracture of the hip", diary(fracture("hip"), **YOUNG), []),
    Case("fracture of a flank", diary(fracture("left_flank"), **YOUNG), []),
    *(
        Case(f"any fracture, severe pain {after} days later", diary(fracture("hip"), severe(3 + after)), found)
        for after, found in [(0, [3]), (1, [4]), (3, [6]), (4, [])]
    ),
    Case("severe pain the day before", diary(fracture("hip"), severe(2)), []),
    Case("any fracture, pain of 6", diary(fracture(), severe(4, worst_pain=6)), []),
    Case("any fracture, severe back pain", diary(fracture(), severe(4, sites=("lower_back",))), [4]),
    Case("any fracture, severe flank pain", diary(fracture(), severe(4, sites=("left_flank",))), [4]),
    Case("any fracture, severe pain elsewhere", diary(fracture(), severe(4, sites=("hip",))), []),
    Case("any fracture, major trauma", diary(fracture(trauma="major"), severe(4)), []),
    Case("fracture, then severe pain: one episode", diary(fracture("neck"), severe(4)), [3]),
    Case("height newly lost", diary(entry(4, height_loss=True)), [4]),
    Case("spine newly bent", diary(entry(4, spine_deformity=True)), [4]),
    Case("height loss no", diary(entry(4, height_loss=False)), []),
    Case("height lost 14 days before", diary(entry(1, height_loss=True), entry(15, height_loss=True)), [1]),
    Case("height lost 15 days before", diary(entry(1, height_loss=True), entry(16, height_loss=True)), [1, 16]),
    *(
        Case(f"{risk}, minor fall, severe pain", diary(fall(), severe(7), **YOUNG, **{risk: True}), [7])
        for risk in ("osteoporosis", "steroid_use", "cancer_history")
    ),
    Case("at 70, minor fall", diary(fall(), severe(7), birth_year=1954), [7]),
    Case("at 69, minor fall", diary(fall(), severe(7), birth_year=1955), []),
    Case("age and risks unanswered", diary(fall(), severe(7)), []),
    Case("risk answered no", diary(fall(), severe(7), **YOUNG, osteoporosis=False), []),
    Case("an injury counts like a fall", diary(fall(kind="injury"), severe(7), osteoporosis=True), [7]),
    Case("imaging does not", diary(fall(kind="imaging"), severe(7), osteoporosis=True), []),
    Case("at risk, pain of 6", diary(fall(), severe(7, worst_pain=6), osteoporosis=True), []),
    Case("at risk, pain elsewhere still counts", diary(fall(), severe(7, sites=("hip",)), osteoporosis=True), [7]),
    Case("at risk, on the third day", diary(fall(), severe(9), osteoporosis=True), [9]),
    Case("at risk, on the fourth day", diary(fall(), severe(10), osteoporosis=True), []),
    Case("at risk, major trauma", diary(fall("major"), severe(7), osteoporosis=True), []),
    Case("at risk, no trauma", diary(fall("none"), severe(7), osteoporosis=True), []),
    Case("at risk, trauma unanswered", diary(fall(None), severe(7), osteoporosis=True), []),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_fragility_fracture(case: Case) -> None:
    assert found_on("fragility_fracture", case.history) == case.found
