import pytest

from alerts.rules.history import Entry, Event
from tests.alerts.rules.histories import Case, days, diary, entries, entry, event, found_on, visit

AT_50 = {"birth_year": 1974}
AT_49 = {"birth_year": 1975}


def fall(on: int = 6, kind: str = "fall", trauma: str | None = "minor") -> Event:
    return event(kind, on, trauma=trauma)


def hurts(*on: int, worst_pain: int = 4, sites: tuple[str, ...] | None = ("lower_back",)) -> list[Entry]:
    return entries(on, worst_pain=worst_pain, sites=sites)


CASES = [
    Case("pain the same day and a week later", diary(fall(), hurts(6, 13), **AT_50), [13]),
    Case("an injury counts too", diary(fall(kind="injury"), hurts(6, 13), **AT_50), [13]),
    Case("at 49", diary(fall(), hurts(6, 13), **AT_49), []),
    Case("at 49 on steroids", diary(fall(), hurts(6, 13), **AT_49, steroid_use=True), [13]),
    Case("age unanswered", diary(fall(), hurts(6, 13)), []),
    Case("major trauma", diary(fall(trauma="major"), hurts(6, 13), **AT_50), []),
    Case("trauma unanswered", diary(fall(trauma=None), hurts(6, 13), **AT_50), []),
    Case("a fracture is another rule", diary(fall(kind="fracture"), hurts(6, 13), **AT_50), []),
    Case("pain three days after", diary(fall(), hurts(9, 16), **AT_50), [16]),
    Case("pain four days after", diary(fall(), hurts(10, 17), **AT_50), []),
    Case("again after six days", diary(fall(), hurts(6, 12), **AT_50), []),
    Case("again after ten days", diary(fall(), hurts(6, 16), **AT_50), [16]),
    Case("again after eleven days", diary(fall(), hurts(6, 17), **AT_50), []),
    Case("pain of 3 first", diary(fall(), hurts(6, worst_pain=3), hurts(13), **AT_50), []),
    Case("pain of 3 again", diary(fall(), hurts(6), hurts(13, worst_pain=3), **AT_50), []),
    Case("pain elsewhere first", diary(fall(), hurts(6, sites=("hip",)), hurts(13), **AT_50), []),
    Case("pain elsewhere again", diary(fall(), hurts(6), hurts(13, sites=("hip",)), **AT_50), []),
    Case("sites unanswered", diary(fall(), entries((6, 13), worst_pain=6), **AT_50), []),
    Case(
        "2 above the fortnight before",
        diary(fall(20), hurts(*range(6, 20), worst_pain=3), hurts(20, 27, worst_pain=5), **AT_50),
        [27],
    ),
    Case(
        "1 above the fortnight before", diary(fall(20), hurts(*range(6, 20), worst_pain=3), hurts(20, 27), **AT_50), []
    ),
    Case("only three scores before", diary(fall(20), hurts(17, 18, 19, worst_pain=4), hurts(20, 27), **AT_50), [27]),
    Case("four scores before", diary(fall(20), hurts(16, 17, 18, 19, worst_pain=4), hurts(20, 27), **AT_50), []),
    Case(
        "scores fifteen days before do not count",
        diary(fall(20), hurts(2, 3, 4, 5, worst_pain=4), hurts(20, 27), **AT_50),
        [27],
    ),
    Case(
        "the fortnight is the one before the event, not before the pain",
        diary(
            fall(20),
            hurts(16, 17, 18, 19, worst_pain=2),
            hurts(20, 21, 22, sites=("hip",)),
            hurts(23, 30),
            **AT_50,
        ),
        [30],
    ),
    Case("a fracture sign since the event", diary(fall(), hurts(6, 13), entry(10, height_loss=True), **AT_50), []),
    Case("a fracture sign before the event", diary(fall(), hurts(6, 13), entry(5, height_loss=True), **AT_50), [13]),
    Case("a visit before holds nothing back", diary(fall(), visit(5), hurts(6, 13), **AT_50), [13]),
    Case("one episode while it goes on", diary(fall(), hurts(6, 13, 14, 15), **AT_50), [13]),
    Case("a visit begins a new one", diary(fall(), visit(14), hurts(6, 13, 15), **AT_50), [13, 15]),
    Case(
        "so does a visit about something else",
        diary(fall(), visit(14, about_this_pain=False), hurts(6, 13, 15), **AT_50),
        [13, 15],
    ),
    Case("a visit on the day it is found begins none", diary(fall(), visit(13), hurts(6, 13, 15), **AT_50), [13]),
    Case("a visit on the next day it holds begins one", diary(fall(), visit(15), hurts(6, 13, 15), **AT_50), [13, 15]),
    Case("a second fall 28 days later", diary(fall(6), fall(34), hurts(6, 13, 34, 41), **AT_50), [13]),
    Case("a second fall 29 days later", diary(fall(6), fall(35), hurts(6, 13, 35, 42), **AT_50), [13, 42]),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_minor_trauma_older(case: Case) -> None:
    assert found_on("minor_trauma_older", case.history) == case.found


def test_it_is_quiet_before_the_week_is_over() -> None:
    assert found_on("minor_trauma_older", diary(fall(), days(6, 12, worst_pain=6, sites=("mid_back",)), **AT_50)) == []
