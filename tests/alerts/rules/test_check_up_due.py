"""An old assessment asks for a check-up, not for an alarm. The pattern is complete on day 24."""

from itertools import chain

import pytest

from alerts.rules.findings import Finding
from alerts.rules.history import Entry, Event, History
from alerts.rules.screening import rules_on, screen
from tests.alerts.rules.histories import Case, date, day, days, diary, event, found_on, treatment, visit

RULE = "check_up_due"
CORE = "night_rest_not_responding"


def nights(first: int, last: int, worst_pain: int = 5) -> list[Entry]:
    return days(first, last, worst_pain=worst_pain, woke_from_sleep=True)


def tried(*parts: list[Entry] | Event | Entry) -> History:
    """A treatment from day 11 on that never helps."""
    return diary(*parts, treatment(11))


def with_gaps(first: int, *written: tuple[int, int]) -> list[Entry]:
    """Painful nights from the first day on, kept for a month and then at these times only."""
    return list(chain(nights(first, first + 40), *(nights(begin, end) for begin, end in written)))


CASES = [
    Case("no doctor has looked at it", tried(nights(1, 60)), []),
    Case("day 365 after the visit", tried(visit(-305), nights(1, 60)), []),
    Case("day 366 after the visit", tried(visit(-306), nights(1, 60)), [60]),
    Case("long after the visit, once the pattern is complete", tried(visit(-350), nights(1, 60)), [24]),
    Case("the diary begins to be kept on day 365 after the visit", tried(visit(-355), nights(1, 60)), [24]),
    Case("the diary begins to be kept on day 366 after the visit", tried(visit(-356), nights(1, 60)), []),
    Case("a visit about something else", tried(visit(-350, about_this_pain=False), nights(1, 60)), []),
    Case("a newer visit", tried(visit(-350), visit(20), nights(1, 60)), []),
    Case("a newer visit on the very day", tried(visit(-350), visit(24), nights(1, 60)), []),
    Case("a newer visit a day later", tried(visit(-350), visit(25), nights(1, 60)), [24]),
    Case("a pattern one day short", tried(visit(-350), nights(1, 23)), []),
    Case("mild pain", tried(visit(-350), days(1, 60, worst_pain=2, woke_from_sleep=False)), []),
    Case("another pattern", diary(visit(-350), days(1, 20, worst_pain=3, worse_on_deep_breath=True)), [16]),
    Case(
        "pain that stays after a fall is no such pattern",
        diary(
            visit(-350),
            event("fall", 40, trauma="minor"),
            days(1, 60, worst_pain=5, sites=("lower_back",)),
            birth_year=1950,
        ),
        [],
    ),
    Case("364 days later it is not due again", tried(visit(-350), with_gaps(1, (362, 388))), [24]),
    Case("365 days later it is due again", tried(visit(-350), with_gaps(1, (362, 389))), [24, 389]),
    Case("each year", tried(visit(-350), nights(1, 1200)), [24, 389, 754, 1119]),
    Case("more than a year after the next visit", tried(visit(-350), visit(200), nights(1, 600)), [24, 566]),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_check_up_due(case: Case) -> None:
    assert found_on(RULE, case.history) == case.found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_beside_a_check_up_no_alarm_is_raised(case: Case) -> None:
    alarms = {finding.met_on for finding in screen(case.history) if finding.tier == "see_doctor"}
    assert not alarms & {date(on) for on in case.found}


def test_change_since_the_old_visit_is_an_alarm_and_no_check_up() -> None:
    worse = tried(visit(1), nights(1, 340, worst_pain=5), nights(341, 420, worst_pain=8))
    assert found_on(CORE, worse) == [372]
    assert found_on(RULE, worse) == [367]
    assert found_on(RULE, tried(visit(10), nights(1, 340, worst_pain=5), nights(341, 420, worst_pain=8))) == []


class TestAFindingBefore:
    """A fall on day 1 is found on day 8; the assessment is more than a year old from day 16 on."""

    @staticmethod
    def history(*written: tuple[int, int]) -> History:
        hurt = days(1, 10, worst_pain=5, sites=("lower_back",), woke_from_sleep=False)
        fall = event("fall", 1, trauma="minor")
        breath = [days(first, last, worse_on_deep_breath=True) for first, last in written]
        return diary(visit(-350), fall, hurt, *breath, birth_year=1950)

    def test_179_days_ago_nothing_is_asked(self) -> None:
        history = self.history((170, 187))
        assert found_on("minor_trauma_older", history) == [8]
        assert found_on(RULE, history) == []

    def test_180_days_ago_it_is(self) -> None:
        assert found_on(RULE, self.history((170, 188))) == [188]


class TestTimeAlone:
    def test_asks_for_nothing_until_something_is_recorded(self) -> None:
        """The visit turns a year old on day 60, the last entry is of day 59."""
        history = tried(visit(-306), nights(1, 59))
        assert [finding.rule for finding in screen(history, as_of=date(70)) if finding.rule == RULE] == []
        assert "new_entry" in missing_on(history, 60)

    def test_an_event_is_something_recorded(self) -> None:
        assert found_on(RULE, tried(visit(-306), nights(1, 59), event("imaging", 61))) == [61]


def missing_on(history: History, on: int) -> list[str]:
    [outcome] = [outcome for outcome in rules_on(history, on=date(on)) if outcome.rule.id == RULE]
    return [check.name for check in outcome.missing]


class TestWhyNone:
    @pytest.mark.parametrize(
        ("history", "on", "missing"),
        [
            (tried(nights(1, 60)), 60, ["days_since_assessment"]),
            (tried(visit(-305), nights(1, 60)), 60, ["days_since_assessment"]),
            (tried(visit(-350), days(1, 60, worst_pain=2, woke_from_sleep=False)), 60, ["patterns"]),
            (tried(visit(-350), nights(1, 60)), 60, []),
            (TestAFindingBefore.history((170, 187)), 187, ["no_see_doctor_finding"]),
        ],
    )
    def test_it_says_what_is_missing(self, history: History, on: int, missing: list[str]) -> None:
        assert missing_on(history, on) == missing


def finding_in(history: History) -> Finding:
    [finding] = [finding for finding in screen(history) if finding.rule == RULE]
    return finding


def test_the_evidence_names_the_patterns_and_the_old_visit() -> None:
    history = diary(
        visit(-350),
        days(1, 60, worst_pain=5, woke_from_sleep=True, worse_on_deep_breath=True),
        treatment(11),
    )
    finding = finding_in(diary(visit(-350), nights(1, 60), treatment(11)))
    assert (finding.version, finding.tier, day(finding.met_on)) == (1, "check_up", 24)
    assert finding.counts["patterns"] == {"met": True, "found": [CORE]}
    assert finding.counts["days_since_assessment"] == {
        "met": True,
        "since": date(-350).isoformat(),
        "value": 374,
        "threshold": 366,
    }
    assert finding.days == tuple(date(on) for on in range(1, 25))
    assert [trial["name"] for trial in finding.trials] == ["ibuprofen"]
    assert finding_in(history).counts["patterns"] == {"met": True, "found": ["flank_or_breath_pain"]}


def test_of_the_nights_one_pattern_is_named() -> None:
    finding = finding_in(tried(visit(-306), nights(1, 60)))
    assert finding.counts["patterns"] == {"met": True, "found": [CORE]}
