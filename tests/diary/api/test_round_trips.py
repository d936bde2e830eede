"""What the hot paths ask of the database, counted on the wire: statements and trips, which a slow network pays for."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alerts.screening.diary import screen_diary
from tests.cast import Answer, Person
from tests.diary.recordings import entry
from tests.wire import Wire, wired

pytestmark = pytest.mark.django_db(transaction=True)
PREPARED_AFTER = 6


class Cost(NamedTuple):
    """Of one request."""

    statements: int
    trips: int


@pytest.fixture
def wire() -> Iterator[Wire]:
    with wired() as found:
        yield found


def put(new: dict[str, Any]) -> dict[str, Any]:
    return {"type": "entry", "op": "put", "id": new["id"], "data": new}


def cost(wire: Wire, request: Callable[[], Answer]) -> Cost:
    """When its statements are prepared, as they are nearly always."""
    for _ in range(PREPARED_AFTER):
        assert request().status in {200, 201}
    with CaptureQueriesContext(connection) as asked:
        request()
        statements = len(asked)
    before = wire.trips
    request()
    return Cost(statements, wire.trips - before)


def test_an_entry_is_written_in_two_trips(wire: Wire) -> None:
    alice = Person("Alice")

    def write() -> Answer:
        new = entry()
        return alice.put(f"patients/me/entries/{new['id']}", new)

    assert cost(wire, write) == Cost(statements=9, trips=2)  # who asks, with what is stored; the row, with COMMIT


def test_many_changes_take_as_many_trips_as_one(wire: Wire) -> None:
    alice = Person("Alice")

    def synced(count: int) -> Callable[[], Answer]:
        return lambda: alice.post("patients/me/sync", {"cursor": None, "changes": [put(entry()) for _ in range(count)]})

    one, many = cost(wire, synced(1)), cost(wire, synced(40))
    assert one == many


def test_a_sync_with_nothing_new_takes_one(wire: Wire) -> None:
    alice = Person("Alice")
    cursor = alice.post("patients/me/sync", {"cursor": None, "changes": []}).body["cursor"]
    sync = cost(wire, lambda: alice.post("patients/me/sync", {"cursor": cursor, "changes": []}))
    assert sync == Cost(statements=3, trips=1)  # who asks; whether the look is to be noted; the revision


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("patients/me/days", Cost(statements=4, trips=1)),
        ("patients/me/alerts", Cost(statements=3, trips=1)),
        ("patients/me/screening", Cost(statements=3, trips=1)),
        ("caring", Cost(statements=2, trips=1)),
    ],
)
def test_what_phones_ask_each_day_takes_few(address: str, expected: Cost, wire: Wire) -> None:
    alice = Person("Alice")
    assert cost(wire, lambda: alice.get(address)) == expected


def test_the_days_of_a_chart_take_one_whatever_they_show(wire: Wire) -> None:
    alice = Person("Alice")
    for _ in range(3):
        new = entry(symptoms={"coughing_blood": True})
        alice.put(f"patients/me/entries/{new['id']}", new)
    [day] = alice.get("patients/me/days").body["items"]
    assert day["alerts"]
    assert cost(wire, lambda: alice.get("patients/me/days")) == Cost(statements=4, trips=1)


def test_alerts_take_one_whatever_followed_them(wire: Wire) -> None:
    alice, bob = Person("Alice"), Person("Bob")
    bob.cares_for(alice, "read")
    for symptom in ("coughing_blood", "saddle_numbness"):
        new = entry(symptoms={symptom: True}, date=timezone.now().date().isoformat())
        alice.put(f"patients/me/entries/{new['id']}", new)
    alerts = f"patients/{alice.patient_id}/alerts"
    first, *_ = bob.get(alerts).body["items"]
    assert bob.post(f"{alerts}/{first['id']}/acknowledge", {"note": "I'll come along."}).status == 200
    shown = bob.get(alerts).body["items"]
    assert sorted(len(alert["responses"]) for alert in shown) == [0, 1]
    assert all(alert["deliveries"] and alert["escalation"] for alert in shown)
    assert cost(wire, lambda: bob.get(alerts)) == Cost(statements=3, trips=1)


def test_the_people_someone_cares_for_take_one_however_many_they_are(wire: Wire) -> None:
    bob = Person("Bob")
    for name in ("Alice", "Charlie"):
        bob.cares_for(Person(name), "alerts")
    EmailAddress.objects.update(verified=True)
    assert [place["reachable"] for place in bob.get("caring").body["items"]] == [True, True]
    assert cost(wire, lambda: bob.get("caring")) == Cost(statements=2, trips=1)


def test_a_screening_that_finds_nothing_takes_three(wire: Wire) -> None:
    alice = Person("Alice")

    def screening() -> int:
        new = entry()
        alice.put(f"patients/me/entries/{new['id']}", new)
        before = wire.trips
        assert screen_diary(patient_id=alice.patient_id, now=timezone.now())
        return wire.trips - before

    *_, trips = [screening() for _ in range(PREPARED_AFTER + 2)]
    assert trips == 3  # whether it waits; the diary, locked and read; that it was done, with COMMIT
