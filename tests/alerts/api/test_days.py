"""The diary as days, with the marks of the screening."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from alerts.models import Alert
from alerts.rules.days import days_of
from alerts.rules.history import Answers, Entry
from alerts.screening.diary import screen_diary
from diary.format.fields import Symptoms
from tests.alerts.diaries import NOON, TODAY, days_ago, delete, entry, nights_that_no_tablet_helped, write
from tests.cast import Person, send


def days(person: Person, query: str = "", *, whose: str = "me") -> Any:
    answer = person.get(f"patients/{whose}/days{query}")
    assert answer.status == 200
    return answer.body["items"]


def test_entries_of_one_date_are_one_day(alice: Person) -> None:
    write(
        alice,
        entry(TODAY, night_pain=2, sites=["neck"], symptoms=Symptoms(cough=False)),
        entry(TODAY, night_pain=6, worst_pain=7, sites=["hip"], symptoms=Symptoms(cough=True), weight_kg=70.5),
        entry(days_ago(3), woke_from_sleep=False),
        entry(days_ago(2), note="Nothing answered."),
    )
    earlier, today = days(alice)
    assert (earlier["date"], earlier["answered"], earlier["positive"]) == (days_ago(3).isoformat(), True, False)
    assert (today["date"], today["night_pain"], today["worst_pain"], today["weight_kg"]) == (
        TODAY.isoformat(),
        6,
        7,
        70.5,
    )
    assert (today["sites"], today["symptoms"], today["positive"]) == (["hip", "neck"], {"cough": True}, True)
    assert today["rest_pain"] is None


def test_a_day_without_an_answer_about_the_night_is_neither_positive_nor_not(alice: Person) -> None:
    write(alice, entry(TODAY, worst_pain=9))
    (today,) = days(alice)
    assert (today["answered"], today["positive"]) == (False, None)


def test_the_days_that_an_alert_rests_on_carry_it(alice: Person) -> None:
    contents = nights_that_no_tablet_helped()
    write(alice, *contents)
    screen_diary(patient_id=alice.patient_id, now=NOON)
    alert = Alert.objects.get(rule="night_rest_not_responding")
    shown = days(alice)
    assert len(shown) == 42
    marked = {day["date"] for day in shown if str(alert.pk) in {one["alert"] for one in day["alerts"]}}
    assert marked == set(alert.evidence["days"])
    assert {"alert": str(alert.pk), "rule": alert.rule, "tier": alert.tier} in shown[-1]["alerts"]

    delete(alice, *contents)
    write(alice, entry(TODAY, night_pain=6))
    screen_diary(patient_id=alice.patient_id, now=NOON)
    assert [day["alerts"] for day in days(alice)] == [[]]


def test_a_watch_marks_no_day_for_anybody_but_the_patient(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "read")
    write(alice, entry(TODAY, symptoms=Symptoms(saddle_numbness=True)))
    Alert.objects.filter(patient=alice.patient_id).update(tier="watch")
    assert len(days(alice)[0]["alerts"]) == 1
    assert days(bob, whose=str(alice.patient_id))[0]["alerts"] == []


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 5),
        (f"?from={days_ago(2)}", 3),
        (f"?to={days_ago(2)}", 3),
        (f"?from={days_ago(3)}&to={days_ago(2)}", 2),
        (f"?from={TODAY + timedelta(days=1)}", 0),
        (f"?from={TODAY}&to={days_ago(4)}", 0),
    ],
)
def test_a_span_has_both_its_ends(alice: Person, query: str, count: int) -> None:
    write(alice, *(entry(days_ago(ago), worst_pain=1) for ago in range(5)))
    shown = [day["date"] for day in days(alice, query)]
    assert (len(shown), shown) == (count, sorted(shown))


@pytest.mark.parametrize(("level", "status"), [("alerts", 404), ("read", 200), ("log", 200)])
def test_who_may_read_the_diary_sees_its_days(
    alice: Person, bob: Person, charlie: Person, level: Any, status: int
) -> None:
    bob.cares_for(alice, level)
    path = f"patients/{alice.patient_id}/days"
    assert bob.get(path).status == status
    assert charlie.get(path).body == charlie.get(f"patients/{uuid4()}/days").body
    assert (charlie.get(path).status, send("GET", path).status) == (404, 401)


@pytest.mark.parametrize("query", ["from=yesterday", "to=2026-02-30", "limit=0", "from=20260101", "to="])
def test_a_query_that_makes_no_sense_is_refused(alice: Person, query: str) -> None:
    assert alice.get(f"patients/me/days?{query}").status == 400


def test_days_take_the_same_statements_however_many_there_are(alice: Person, django_assert_num_queries: Any) -> None:
    write(alice, entry(TODAY, worst_pain=1))
    with django_assert_num_queries(4):
        days(alice)
    write(alice, *nights_that_no_tablet_helped(until=days_ago(1)))
    screen_diary(patient_id=alice.patient_id, now=NOON)
    with django_assert_num_queries(4):
        days(alice)


def test_days_come_in_pages(alice: Person) -> None:
    write(alice, *(entry(days_ago(day), worst_pain=1) for day in range(5) for _ in range(2)))
    write(alice, entry(days_ago(7), note="Nothing answered."))
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = alice.get(f"patients/me/days?limit=2{cursor and f'&cursor={cursor}'}")
        assert len(answer.body["items"]) <= 2
        seen += [day["date"] for day in answer.body["items"]]
        cursor = answer.body["next_cursor"]
    assert seen == [days_ago(day).isoformat() for day in range(4, -1, -1)]


def test_a_page_reads_the_entries_of_its_days_only(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    write(alice, *(entry(days_ago(day), worst_pain=1) for day in range(50)))
    read: list[date] = []

    def noting(entries: Sequence[Entry]) -> dict[int, Answers]:
        read.extend(entry.date for entry in entries)
        return days_of(entries)

    monkeypatch.setattr("alerts.api.days.days_of", noting)
    assert len(days(alice, "?limit=3")) == 3
    assert sorted(read) == [days_ago(49), days_ago(48), days_ago(47)]


def test_a_chart_of_a_year_is_one_page_when_no_limit_is_asked_for(alice: Person) -> None:
    write(alice, *(entry(days_ago(day), worst_pain=1) for day in range(365)))
    assert len(days(alice)) == 365
    assert alice.get("patients/me/days").body["next_cursor"] is None


def test_a_cursor_of_other_days_is_refused(alice: Person) -> None:
    write(alice, entry(), entry(days_ago(1)))
    cursor = alice.get("patients/me/days?limit=1").body["next_cursor"]
    assert alice.get(f"patients/me/days?limit=1&from={days_ago(5)}&cursor={cursor}").status == 400


def test_a_page_with_very_many_entries_ends_early(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alerts.api.days.MOST_ENTRIES", 5)
    write(alice, *(entry(days_ago(day), worst_pain=1) for day in range(4) for _ in range(3)))
    first = alice.get("patients/me/days").body
    assert [day["date"] for day in first["items"]] == [days_ago(3).isoformat(), days_ago(2).isoformat()]
    assert len(alice.get(f"patients/me/days?cursor={first['next_cursor']}").body["items"]) == 2
