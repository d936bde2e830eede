"""Lists put open emergencies first, however they are cut into pages."""

from datetime import date

import pytest

from alerts.models import Alert
from diary.cursors import cursor
from tests.alerts.danger.story import DAY, MINUTE, act, alert_of, at, notes, passes
from tests.alerts.diaries import NOON
from tests.cast import Person

TODAY = NOON.date()


def ago(days: int) -> date:
    return TODAY - days * DAY


@pytest.fixture
def seven(alice: Person, bob: Person) -> list[str]:
    """Seven alerts of Alice's, in the order in which they are to be shown."""
    bob.cares_for(alice, "alerts", now=NOON - 200 * DAY)
    for days, sign in ((150, "saddle_numbness"), (120, "coughing_blood"), (100, "saddle_numbness")):
        notes(alice, sign, now=NOON - days * DAY)
        passes(NOON - days * DAY)
        act(alice, Alert.objects.get(state="open"), "acknowledge", now=NOON - days * DAY)
        act(alice, Alert.objects.get(state="acknowledged"), "outcome", now=NOON - days * DAY, outcome="seen")
    notes(alice, "saddle_numbness", now=NOON - 9 * DAY)
    notes(alice, "coughing_blood", now=NOON - 8 * DAY)
    notes(alice, "collapse", now=NOON - 7 * DAY)
    notes(alice, "leg_weak", now=NOON)
    return [
        *("breathing_emergency", "cauda_equina"),
        *("new_neurology", "coughing_blood"),
        *("cauda_equina", "coughing_blood", "cauda_equina"),
    ]


def pages(person: Person, patient: str, limit: int) -> list[list[str]]:
    """The rules on each page of the list."""
    found, cursor = [], ""
    while True:
        with at(NOON):
            page = person.get(f"patients/{patient}/alerts?limit={limit}{cursor}").body
        found.append([one["rule"] for one in page["items"]])
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 6, 7, 100])
def test_pages_of_any_size_hold_each_once_and_in_order(
    alice: Person, bob: Person, seven: list[str], limit: int
) -> None:
    for person, patient in ((alice, "me"), (bob, str(alice.patient_id))):
        shown = pages(person, patient, limit)
        assert [rule for page in shown for rule in page] == seven
        assert all(len(page) == limit for page in shown[:-1])


def test_an_emergency_that_somebody_took_on_stands_among_the_others(alice: Person, bob: Person) -> None:
    notes(alice, "saddle_numbness", now=NOON - DAY)
    notes(alice, "leg_weak", now=NOON)
    assert pages(alice, "me", 1) == [["cauda_equina"], ["new_neurology"]]
    act(alice, alert_of(), "acknowledge", now=NOON)
    assert pages(alice, "me", 1) == [["new_neurology"], ["cauda_equina"]]
    notes(alice, "both_legs_weak", now=NOON + MINUTE)
    assert pages(alice, "me", 1) == [["cauda_equina"], ["new_neurology"]]


def test_an_emergency_that_opens_between_two_pages_hides_no_other(alice: Person, seven: list[str]) -> None:
    with at(NOON):
        first = alice.get("patients/me/alerts?limit=3").body
    Alert.objects.filter(rule="cauda_equina", state="open").update(state="acknowledged", acknowledged_at=NOON)
    with at(NOON):
        rest = alice.get(f"patients/me/alerts?cursor={first['next_cursor']}").body
    assert {one["id"] for page in (first, rest) for one in page["items"]} == {
        str(pk) for pk in Alert.objects.values_list("pk", flat=True)
    }


def test_a_cursor_from_before_is_refused_and_breaks_nothing(alice: Person, seven: list[str]) -> None:
    old = cursor([ago(7), Alert.objects.all()[0].pk], within=f"{alice.patient_id}:alerts")
    assert alice.get(f"patients/me/alerts?cursor={old}").status == 400
