"""Alerts of a version that kept no signs: whatever is done about them, what was told then is no news now."""

import pytest

from alerts.models import Alert
from alerts.screening.diary import screen_diary
from tests.alerts.danger.story import DAY, HOUR, MINUTE, act, alert_of, heard, notes, passes, says, state_of, takes_on
from tests.alerts.diaries import NOON
from tests.cast import Person

DONE = ["nothing", "acknowledge", "seen", "not_serious", "did_not_go", "taken back", "not_yet", "a round"]


@pytest.fixture
def of_before(alice: Person, bob: Person) -> Alert:
    """Told at noon by the version before."""
    bob.cares_for(alice, "alerts", now=NOON - DAY)
    notes(alice, "saddle_numbness")
    screen_diary(patient_id=alice.patient_id, now=NOON)
    passes(NOON)
    Alert.objects.update(signs={}, on_record=None)
    return alert_of()


def do(done: str, alice: Person, alert: Alert) -> None:
    if done in ("acknowledge", "taken back", "not_yet"):
        takes_on(alice, alert, now=NOON + MINUTE)
    if done == "taken back":
        act(alice, alert, "acknowledge", now=NOON + 2 * MINUTE, method="DELETE")
    elif done in ("seen", "not_serious", "did_not_go", "not_yet"):
        says(alice, alert, done, now=NOON + 2 * MINUTE)
    passes(NOON + (15 if done == "a round" else 2) * MINUTE)


@pytest.mark.parametrize("done", DONE)
def test_what_it_was_about_is_no_news(alice: Person, bob: Person, of_before: Alert, done: str) -> None:
    do(done, alice, of_before)
    before, state = heard(bob), state_of(of_before)
    later = NOON + (20 if done == "a round" else 10) * MINUTE
    notes(alice, now=later, worst_pain=2)
    screen_diary(patient_id=alice.patient_id, now=later)
    passes(later)
    assert (heard(bob), state_of(of_before)) == (before, state)
    of_before.refresh_from_db()
    assert of_before.on_record == of_before.signs == {"saddle_numbness": [NOON.date().isoformat()]}


@pytest.mark.parametrize("done", [one for one in DONE if one not in ("taken back", "not_yet", "nothing", "a round")])
def test_and_another_sign_is(alice: Person, bob: Person, of_before: Alert, done: str) -> None:
    do(done, alice, of_before)
    notes(alice, "both_legs_weak", now=NOON + HOUR)
    passes(NOON + HOUR)
    assert heard(bob)[-1] == "again"
