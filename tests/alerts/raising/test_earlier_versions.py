"""A new version of a rule: what the earlier one found stays, no one is told again, and nothing vanishes without a word.

Alice's doctor looked at the pain 370 days ago. To version 1 that had lapsed, and the nights were an alarm; to version 2
they are none without change.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from alerts.acting.acknowledge import acknowledge
from alerts.models import Alert, Delivery, Finding
from alerts.rules.earlier import VERSION_1
from alerts.rules.registry import RULES
from alerts.rules.screening import screen_all
from alerts.screening import diary
from alerts.screening.diary import screen_diary
from diary.format.fields import Resource
from tests.alerts.diaries import NOON, TODAY, delete, entry, nights_that_no_tablet_helped, pain_of_long_ago, write
from tests.cast import Person

pytestmark = pytest.mark.django_db
CORE, CHECK_UP = "night_rest_not_responding", "check_up_due"
BEFORE = {**{rule: one for rule, one in RULES.items() if rule != CHECK_UP}, **VERSION_1}
Screen = Callable[..., None]


@pytest.fixture
def screened(alice: Person) -> Screen:
    """Alice writes, and the diary is screened; `after` days later than the day of the tests."""

    def write_and_screen(*contents: Resource, after: int = 0) -> None:
        now = NOON + timedelta(days=after)
        write(alice, *contents, now=now)
        screen_diary(patient_id=alice.patient_id, now=now)

    return write_and_screen


@pytest.fixture
def by_version_1(monkeypatch: pytest.MonkeyPatch, screened: Screen) -> Screen:
    """As the release before screened."""

    def write_and_screen(*contents: Resource) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(diary, "screen_all", partial(screen_all, rules=BEFORE))
            screened(*contents)

    return write_and_screen


@pytest.fixture
def alarm(by_version_1: Screen) -> Alert:
    """What version 1 told Alice of."""
    by_version_1(*pain_of_long_ago())
    return Alert.objects.get(rule=CORE)


def night(after: int) -> Resource:
    return entry(TODAY + timedelta(days=after), night_pain=6, worst_pain=6)


def findings(rule: str = CORE) -> list[dict[str, Any]]:
    return [dict(found) for found in Finding.objects.filter(rule=rule).order_by("pk").values()]


def test_version_1_alarmed(alarm: Alert) -> None:
    assert (alarm.state, alarm.tier, alarm.rule_version) == ("open", "see_doctor", 1)
    assert [one["rule_version"] for one in findings()] == [1]


def test_its_finding_stays_what_it_was_and_nobody_is_told_again(alarm: Alert, screened: Screen) -> None:
    before, told = findings(), Delivery.objects.count()
    screened(night(1), after=1)
    assert findings() == before
    assert Delivery.objects.count() == told
    assert not Alert.objects.filter(rule=CHECK_UP).exists()


def test_its_alert_stays_open_and_goes_on(alarm: Alert, screened: Screen) -> None:
    screened(night(1), after=1)
    alarm.refresh_from_db()
    assert (alarm.state, alarm.rule_version) == ("open", 1)
    assert alarm.evidence["days"][-1] == (TODAY + timedelta(days=1)).isoformat()


def test_when_what_it_rests_on_is_deleted_it_is_withdrawn_and_owes_a_word(alice: Person, by_version_1: Screen) -> None:
    seen, *kept = pain_of_long_ago()
    by_version_1(seen, *kept)
    Delivery.objects.update(state="sent", sent_at=NOON, attempts=1, next_attempt_at=None)
    delete(alice, *kept, now=NOON)
    screen_diary(patient_id=alice.patient_id, now=NOON)
    assert Alert.objects.get(rule=CORE).state == "withdrawn"
    assert list(Delivery.objects.order_by("turn").values_list("step", flat=True)) == ["raised", "withdrawn"]


@pytest.mark.parametrize(("after", "due"), [(179, False), (180, True)])
def test_a_check_up_is_due_half_a_year_after_it(alarm: Alert, screened: Screen, after: int, due: bool) -> None:
    """Version 1 would have alarmed again on that day."""
    last = (alarm.met_on - TODAY).days + after
    screened(*(night(day) for day in range(1, last + 1)), after=last)
    check_ups = Alert.objects.filter(rule=CHECK_UP)
    assert [(one.state, (one.met_on - alarm.met_on).days) for one in check_ups] == ([("open", 180)] if due else [])


def test_somebody_who_took_it_on_hears_of_no_check_up(alice: Person, alarm: Alert, screened: Screen) -> None:
    acknowledge(patient_id=alice.patient_id, alert_id=alarm.pk, actor_id=alice.id, now=NOON)
    told = Delivery.objects.count()
    screened(night(1), after=1)
    assert Delivery.objects.count() == told
    assert Alert.objects.exclude(tier="watch").count() == 1


def test_where_no_doctor_looked_at_it_nothing_changes_either(by_version_1: Screen, screened: Screen) -> None:
    by_version_1(*nights_that_no_tablet_helped())
    before, told = findings(), Delivery.objects.count()
    screened(night(1), after=1)
    assert findings() == before
    assert Delivery.objects.count() == told
