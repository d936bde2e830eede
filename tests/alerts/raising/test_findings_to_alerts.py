"""One alert per episode: opened, extended, raised to a higher tier, withdrawn."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from alerts.acting.acknowledge import acknowledge
from alerts.models import Alert, Delivery, Finding
from alerts.screening.diary import screen_diary
from diary.format.fields import Resource
from tests.alerts.diaries import (
    NOON,
    TODAY,
    bloody_cough,
    days_ago,
    delete,
    edit,
    entry,
    nights_that_no_tablet_helped,
    saddle_numbness,
    write,
)
from tests.cast import Person

Screen = Callable[..., None]


@pytest.fixture
def screened(alice: Person) -> Screen:
    """Alice writes, and the diary is screened; `after` days later than the day of the tests."""

    def write_and_screen(*contents: Resource, after: int = 0) -> None:
        now = NOON + timedelta(days=after)
        write(alice, *contents, now=now)
        screen_diary(patient_id=alice.patient_id, now=now)

    return write_and_screen


def the_alert(rule: str) -> Alert:
    return Alert.objects.get(rule=rule)


def steps(alert: Alert) -> list[str]:
    return list(alert.deliveries.order_by("turn").values_list("step", flat=True))


def test_a_pattern_opens_one_alert_with_its_days_and_trial(screened: Screen) -> None:
    screened(*nights_that_no_tablet_helped())
    alert = the_alert("night_rest_not_responding")
    assert (alert.state, alert.tier, alert.found_on) == ("open", "see_doctor", TODAY)
    assert alert.met_on < TODAY
    assert alert.evidence["days"][-1] == TODAY.isoformat()
    assert [trial["verdict"] for trial in alert.evidence["trials"]] == ["not_responded"]


def test_screening_again_changes_nothing(alice: Person, screened: Screen) -> None:
    screened(*nights_that_no_tablet_helped())
    before = [*Alert.objects.order_by("pk").values(), *Finding.objects.order_by("pk").values()]
    screened(entry(days_ago(3), note="nothing new"))
    assert [*Alert.objects.order_by("pk").values(), *Finding.objects.order_by("pk").values()] == before
    assert steps(the_alert("night_rest_not_responding")) == ["raised"]


def test_a_new_day_of_the_episode_is_added_and_nobody_is_told_again(screened: Screen) -> None:
    screened(bloody_cough(days_ago(2)))
    screened(bloody_cough())
    alert = the_alert("coughing_blood")
    assert alert.evidence["days"] == [days_ago(2).isoformat(), TODAY.isoformat()]
    assert steps(alert) == ["raised"]


def test_a_new_dangerous_episode_joins_the_open_alert_and_is_told(screened: Screen) -> None:
    screened(bloody_cough(days_ago(0)))
    screened(bloody_cough(days_ago(-20)), after=20)
    alert = the_alert("coughing_blood")
    assert alert.findings.count() == 2
    assert steps(alert) == ["raised", "again"]


def test_a_new_episode_after_an_acknowledgement_is_a_new_alert(alice: Person, screened: Screen) -> None:
    screened(bloody_cough())
    first = the_alert("coughing_blood")
    acknowledge(patient_id=alice.patient_id, alert_id=first.pk, actor_id=alice.id, now=NOON)
    screened(bloody_cough(days_ago(-20)), after=20)
    assert sorted(Alert.objects.values_list("state", flat=True)) == ["acknowledged", "open"]


def test_what_is_a_fortnight_old_is_sent_as_what_it_is(screened: Screen) -> None:
    screened(saddle_numbness(days_ago(14)))
    assert the_alert("cauda_equina").tier == "emergency"


def test_an_older_emergency_is_sent_as_see_a_doctor(screened: Screen) -> None:
    screened(saddle_numbness(days_ago(15)))
    alert = the_alert("cauda_equina")
    assert (alert.tier, alert.state, steps(alert)) == ("see_doctor", "open", ["raised"])
    assert alert.findings.get().tier == "emergency"


def test_a_fresh_emergency_raises_the_tier_of_the_open_alert_and_sends_again(screened: Screen) -> None:
    screened(saddle_numbness(days_ago(40)))
    screened(saddle_numbness())
    alert = the_alert("cauda_equina")
    assert (alert.tier, alert.state) == ("emergency", "open")
    assert steps(alert) == ["raised", "tier_raised"]


def test_a_fresh_emergency_opens_an_acknowledged_milder_alert_again(alice: Person, screened: Screen) -> None:
    screened(saddle_numbness(days_ago(15)))
    acknowledge(patient_id=alice.patient_id, alert_id=the_alert("cauda_equina").pk, actor_id=alice.id, now=NOON)
    screened(saddle_numbness(days_ago(5)))
    alert = the_alert("cauda_equina")
    assert (alert.tier, alert.state, alert.acknowledged_at) == ("emergency", "open", None)
    assert steps(alert) == ["raised", "tier_raised"]


def test_of_a_year_of_old_emergencies_those_of_90_days_arrive_as_one_alert(screened: Screen) -> None:
    screened(*(saddle_numbness(days_ago(day)) for day in range(40, 400, 30)))
    told = Alert.objects.get(state="open")
    assert (told.tier, told.findings.count(), steps(told)) == ("see_doctor", 2, ["raised"])
    kept = Alert.objects.exclude(pk=told.pk)
    assert list(kept.values_list("state", "opened_at")) == [("closed", None)] * 10
    assert Delivery.objects.count() == 1


def test_a_pattern_found_too_late_is_kept_and_told_to_nobody(screened: Screen) -> None:
    screened(*nights_that_no_tablet_helped(until=days_ago(120)))
    alert = the_alert("night_rest_not_responding")
    assert (alert.state, alert.opened_at) == ("closed", None)
    assert alert.met_on < days_ago(120)
    assert not Delivery.objects.exists()


def test_a_pattern_that_held_within_four_weeks_is_told(screened: Screen) -> None:
    screened(*nights_that_no_tablet_helped(until=days_ago(27)))
    assert the_alert("night_rest_not_responding").state == "open"


def test_an_upload_in_pieces_tells_once_the_rest_has_come(screened: Screen) -> None:
    contents = nights_that_no_tablet_helped(weeks=20)
    screened(*contents[:60])
    alert = the_alert("night_rest_not_responding")
    assert (alert.state, steps(alert)) == ("closed", [])
    screened(*contents[60:])
    alert.refresh_from_db()
    assert (alert.state, steps(alert)) == ("open", ["raised"])


def test_deleting_the_evidence_withdraws_the_alert(alice: Person, screened: Screen) -> None:
    numb = saddle_numbness()
    screened(numb)
    Delivery.objects.update(state="sent", sent_at=NOON, next_attempt_at=None, attempts=1)
    delete(alice, numb)
    screen_diary(patient_id=alice.patient_id, now=NOON)
    alert = the_alert("cauda_equina")
    assert (alert.state, alert.withdrawn_at, steps(alert)) == ("withdrawn", NOON, ["raised", "withdrawn"])
    assert alert.findings.get().withdrawn_at == NOON


def test_whoever_was_not_told_yet_does_not_hear_of_a_withdrawal_either(alice: Person, screened: Screen) -> None:
    numb = saddle_numbness()
    screened(numb)
    delete(alice, numb)
    screen_diary(patient_id=alice.patient_id, now=NOON)
    assert Delivery.objects.values_list("step", "state", "last_error").get() == ("raised", "dropped", "alert withdrawn")


def test_an_edit_that_moves_the_day_is_the_same_alert(alice: Person, screened: Screen) -> None:
    numb = saddle_numbness(days_ago(1))
    screened(numb)
    edit(alice, saddle_numbness(days_ago(3), id_=numb.id))
    screen_diary(patient_id=alice.patient_id, now=NOON)
    alert = the_alert("cauda_equina")
    assert (alert.state, alert.met_on, alert.evidence["days"]) == ("open", days_ago(3), [days_ago(3).isoformat()])
    assert steps(alert) == ["raised"]


def test_evidence_that_comes_back_opens_the_same_alert_again(alice: Person, screened: Screen) -> None:
    numb = saddle_numbness()
    screened(numb)
    Delivery.objects.update(state="sent", sent_at=NOON, next_attempt_at=None, attempts=1)
    edit(alice, entry(id_=numb.id, worst_pain=3))
    screen_diary(patient_id=alice.patient_id, now=NOON)
    Delivery.objects.filter(step="withdrawn").update(state="sent", sent_at=NOON, next_attempt_at=None, attempts=1)
    edit(alice, saddle_numbness(id_=numb.id))
    screen_diary(patient_id=alice.patient_id, now=NOON)
    alert = the_alert("cauda_equina")
    assert (alert.state, alert.withdrawn_at) == ("open", None)
    assert steps(alert) == ["raised", "withdrawn", "raised"]


def test_a_withdrawal_taken_back_before_it_was_sent_is_told_to_nobody(alice: Person, screened: Screen) -> None:
    numb = saddle_numbness()
    screened(numb)
    Delivery.objects.update(state="sent", sent_at=NOON, next_attempt_at=None, attempts=1)
    edit(alice, entry(id_=numb.id, worst_pain=3))
    screen_diary(patient_id=alice.patient_id, now=NOON)
    edit(alice, saddle_numbness(id_=numb.id))
    screen_diary(patient_id=alice.patient_id, now=NOON)
    assert list(Delivery.objects.order_by("turn").values_list("step", "state")) == [
        ("raised", "sent"),
        ("withdrawn", "dropped"),
    ]


def test_a_watch_is_shown_while_it_holds_and_sent_to_nobody(bob: Person, alice: Person, screened: Screen) -> None:
    bob.cares_for(alice, "log")
    screened(*(entry(days_ago(day), night_pain=5) for day in range(8)))
    alert = the_alert("building_pattern")
    assert (alert.state, alert.tier) == ("open", "watch")
    screened(*(entry(days_ago(day), night_pain=0) for day in range(-10, 0)), after=10)
    alert.refresh_from_db()
    assert alert.state == "closed"
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("backwards", [False, True])
def test_batches_in_any_order_come_to_the_same_findings(alice: Person, screened: Screen, backwards: bool) -> None:
    contents = [*nights_that_no_tablet_helped(), bloody_cough(days_ago(30)), bloody_cough(days_ago(1))]
    pieces = [contents[at : at + 9] for at in range(0, len(contents), 9)]
    for piece in reversed(pieces) if backwards else pieces:
        screened(*piece)
    found = Finding.objects.filter(withdrawn_at=None).order_by("rule", "met_on").values_list("rule", "met_on")
    assert list(found) == [
        ("building_pattern", days_ago(35)),
        ("coughing_blood", days_ago(30)),
        ("coughing_blood", days_ago(1)),
        ("night_rest_not_responding", days_ago(14)),
    ]
    assert Alert.objects.filter(rule="coughing_blood", state="open").count() == 1
