"""Two episodes of one rule in one diary, each with its alert: whatever comes between them silences neither."""

from datetime import date

import pytest

from alerts.auditing import audit
from alerts.models import Alert, EscalationStep
from alerts.screening.diary import screen_diary
from tests.alerts.danger.story import (
    DAY,
    HOUR,
    MINUTE,
    act,
    alert_of,
    an_entry,
    at,
    heard,
    notes,
    passes,
    put,
    says,
    state_of,
    takes_on,
)
from tests.alerts.diaries import NOON
from tests.cast import Person

TODAY = NOON.date()


def ago(days: int) -> date:
    return TODAY - days * DAY


def older_one(alice: Person, bob: Person, sign: str, rule: str, *, done: str) -> Alert:
    """Noted late: 14 days ago. Everyone was told, and someone acted."""
    bob.cares_for(alice, "alerts", now=NOON - DAY)
    notes(alice, sign, on=ago(14))
    passes(NOON)
    alert = alert_of(rule)
    if done == "acknowledge":
        takes_on(bob, alert, now=NOON + MINUTE)
    else:
        says(alice, alert, done, now=NOON + MINUTE)
    passes(NOON + MINUTE)
    return alert


def newer_one(alice: Person, sign: str, older: Alert) -> Alert:
    """Another episode, a minute later."""
    notes(alice, sign, now=NOON + 2 * MINUTE, on=TODAY + DAY)
    passes(NOON + 2 * MINUTE)
    return Alert.objects.exclude(pk=older.pk).get(rule=older.rule, state="open")


@pytest.mark.parametrize("done", ["acknowledge", "seen"])
def test_not_yet_about_the_older_one_goes_to_everyone_about_the_newer(alice: Person, bob: Person, done: str) -> None:
    older = older_one(alice, bob, "saddle_numbness", "cauda_equina", done=done)
    newer = newer_one(alice, "both_legs_weak", older)
    assert act(alice, older, "outcome", now=NOON + 3 * MINUTE, outcome="not_yet").status == 200
    passes(NOON + 3 * MINUTE)
    assert [heard(person)[-1] for person in (alice, bob)] == ["again"] * 2
    newer.refresh_from_db()
    assert (state_of(older), newer.state) == ("closed", "open")
    assert set(newer.signs) == {"saddle_numbness", "both_legs_weak"}


def test_what_nobody_answered_for_is_told_with_the_newer_one_and_holds_up_nothing(alice: Person, bob: Person) -> None:
    """Two days later the older one would open again; an emergency of the same diary has its rounds meanwhile."""
    older = older_one(alice, bob, "coughing_blood", "coughing_blood", done="acknowledge")
    newer = newer_one(alice, "coughing_blood", older)
    reopening = NOON + MINUTE + 48 * HOUR
    passes(reopening - 2 * MINUTE)
    notes(alice, "saddle_numbness", now=reopening - MINUTE)
    passes(reopening)
    assert (state_of(older), state_of(newer)) == ("closed", "open")
    assert heard(bob)[-1] == "again"
    passes(reopening + HOUR)
    assert EscalationStep.objects.filter(alert__rule="cauda_equina", step="escalated", taken_at=None).count() == 0
    screen_diary(patient_id=alice.patient_id, now=reopening + HOUR)
    newer.refresh_from_db()
    assert newer.evidence["days"] == [ago(14).isoformat(), (TODAY + DAY).isoformat()]
    assert list(Alert.objects.filter(rule="coughing_blood", state="withdrawn")) == []


@pytest.mark.parametrize("done", ["acknowledge", "seen", "not_serious", "did_not_go"])
@pytest.mark.parametrize(("sign", "rule"), [("coughing_blood", "coughing_blood"), ("saddle_numbness", "cauda_equina")])
def test_a_day_filled_in_between_them_ends_nothing_that_is_open(
    alice: Person, bob: Person, sign: str, rule: str, done: str
) -> None:
    """To the rules they are one episode from then on; no one is told that it was a mistake."""
    older = older_one(alice, bob, sign, rule, done=done)
    newer = newer_one(alice, sign, older)
    (raised,) = notes(alice, sign, now=NOON + 3 * MINUTE, on=ago(5))
    screen_diary(patient_id=alice.patient_id, now=NOON + 3 * MINUTE)
    assert raised["stored"]
    assert state_of(newer) == "open"
    passes(NOON + 5 * HOUR)
    assert "withdrawn" not in heard(bob)
    assert "escalated" in heard(bob, since=NOON + 4 * MINUTE)
    assert state_of(newer) == "open"


def test_a_day_filled_in_between_two_that_somebody_took_on_tells_nobody(alice: Person, bob: Person) -> None:
    older = older_one(alice, bob, "coughing_blood", "coughing_blood", done="acknowledge")
    newer = newer_one(alice, "coughing_blood", older)
    takes_on(bob, newer, now=NOON + 3 * MINUTE)
    passes(NOON + 3 * MINUTE)
    (raised,) = notes(alice, "coughing_blood", now=NOON + 4 * MINUTE, on=ago(5))
    screen_diary(patient_id=alice.patient_id, now=NOON + 4 * MINUTE)
    passes(NOON + 4 * MINUTE)
    assert raised["news"] is False
    assert [state_of(one) for one in (older, newer)] == ["acknowledged"] * 2
    assert heard(bob, since=NOON + 4 * MINUTE) == []


def test_news_about_the_older_one_makes_an_emergency_of_the_open_one(alice: Person, bob: Person) -> None:
    """What is open asks for a visit within two weeks; that must not be all that is said of a sign of today."""
    bob.cares_for(alice, "alerts", now=NOON - DAY)
    notes(alice, "saddle_numbness", on=ago(5))
    passes(NOON)
    older = alert_of()
    says(alice, older, "did_not_go", now=NOON + MINUTE)
    notes(alice, "both_legs_weak", on=ago(40), now=NOON + 2 * MINUTE)
    passes(NOON + 2 * MINUTE)
    newer = Alert.objects.get(state="open")
    assert newer.tier == "see_doctor"
    (raised,) = notes(alice, "both_legs_weak", now=NOON + 3 * MINUTE)
    assert (raised["alert"], raised["tier"], raised["news"]) == (str(newer.pk), "emergency", True)
    screen_diary(patient_id=alice.patient_id, now=NOON + 3 * MINUTE)
    passes(NOON + HOUR)
    assert heard(bob, since=NOON + 3 * MINUTE) == ["tier_raised", "escalated", "escalated"]
    newer.refresh_from_db()
    assert newer.evidence["days"] == [ago(40).isoformat(), ago(5).isoformat(), ago(0).isoformat()]


@pytest.mark.parametrize("days", [5, 20])
def test_what_was_withdrawn_comes_back_in_the_alert_that_is_open_since(alice: Person, bob: Person, days: int) -> None:
    """Edited away weeks ago; then another episode, and then a day near the first."""
    bob.cares_for(alice, "alerts", now=NOON - 40 * DAY)
    mistaken = an_entry("both_legs_weak", on=ago(25))
    put(alice, mistaken, now=NOON - 25 * DAY)
    passes(NOON - 25 * DAY)
    put(alice, an_entry(on=ago(25)) | {"id": mistaken["id"]}, now=NOON - 24 * DAY)
    screen_diary(patient_id=alice.patient_id, now=NOON - 24 * DAY)
    passes(NOON - 24 * DAY)
    withdrawn = alert_of()
    notes(alice, "saddle_numbness", now=NOON, on=ago(0))
    passes(NOON)
    (raised,) = notes(alice, "both_legs_weak", now=NOON + MINUTE, on=ago(days))
    assert (raised["state"], raised["news"]) == ("open", True)
    assert state_of(withdrawn) in ("withdrawn", "closed")
    passes(NOON + 15 * MINUTE)
    assert heard(bob, since=NOON) == ["raised", "escalated"]


@pytest.mark.parametrize("at_once", [True, False])
def test_an_episode_that_turns_out_to_have_begun_long_before_is_no_other(
    alice: Person, bob: Person, at_once: bool
) -> None:
    """Weeks filled in later, in one sync or day by day, are no news beside what someone took on."""
    bob.cares_for(alice, "alerts", now=NOON - DAY)
    notes(alice, "saddle_numbness")
    passes(NOON)
    takes_on(bob, alert_of(), now=NOON + MINUTE)
    passes(NOON + MINUTE)
    entries = [an_entry("saddle_numbness", on=ago(days)) for days in (10, 20, 30)]
    if at_once:
        changes = [{"type": "entry", "op": "put", "id": one["id"], "data": one} for one in entries]
        with at(NOON + 2 * MINUTE):
            results = alice.post("patients/me/sync", {"cursor": None, "changes": changes}).body["results"]
        raised = [one for result in results for one in result["raised"]]
    else:
        raised = [one for entry in entries for one in put(alice, entry, now=NOON + 2 * MINUTE)]
    assert [(one["state"], one["news"]) for one in raised] == [("acknowledged", False)] * 3
    passes(NOON + 3 * MINUTE)
    assert heard(bob) == ["raised"]
    assert alert_of().evidence["days"] == [ago(days).isoformat() for days in (30, 20, 10, 0)]


def test_when_the_newer_days_are_edited_away_that_alert_alone_is_withdrawn(alice: Person, bob: Person) -> None:
    older = older_one(alice, bob, "coughing_blood", "coughing_blood", done="acknowledge")
    newer = newer_one(alice, "coughing_blood", older)
    notes(alice, "coughing_blood", now=NOON + 3 * MINUTE, on=ago(5))
    screen_diary(patient_id=alice.patient_id, now=NOON + 3 * MINUTE)
    for entry in alice.get(f"patients/me/entries?from={TODAY + DAY}").body["items"]:
        alice.delete(f"patients/me/entries/{entry['id']}")
    screen_diary(patient_id=alice.patient_id, now=NOON + 4 * MINUTE)
    passes(NOON + 4 * MINUTE)
    assert (state_of(older), state_of(newer)) == ("acknowledged", "withdrawn")
    assert heard(bob)[-1] == "withdrawn"


def test_what_was_planned_for_an_alert_ends_when_it_goes_on_as_another(alice: Person, bob: Person) -> None:
    """Someone took it on; a late sign opened a second one meanwhile, and what is news now goes there."""
    bob.cares_for(alice, "alerts", now=NOON - DAY)
    notes(alice, "both_legs_weak")
    passes(NOON)
    taken_on = alert_of()
    takes_on(bob, taken_on, now=NOON + MINUTE)
    notes(alice, "both_legs_weak", on=ago(20), now=NOON + 2 * MINUTE)
    notes(alice, "saddle_numbness", now=NOON + 3 * MINUTE)
    screen_diary(patient_id=alice.patient_id, now=NOON + 3 * MINUTE)
    assert state_of(taken_on) == "closed"
    assert not taken_on.steps.filter(taken_at=None, dropped_at=None).exists()
    assert [one.check.name for one in audit(now=NOON + 4 * MINUTE, mend=False) if one.found] == []
    passes(NOON + 90 * MINUTE)
    assert "question" not in heard(bob)
