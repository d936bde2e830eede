"""Danger signs in the write's own transaction, told in its own answer."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from alerts.acting.acknowledge import acknowledge
from alerts.models import Alert, Delivery, Finding
from alerts.screening.danger_signs import signs_around
from alerts.screening.diary import screen_diary
from diary.format.fields import Entry, Event, Resource, Symptoms, Treatment
from diary.models import Patient
from tests.alerts.diaries import (
    NOON,
    TODAY,
    bloody_cough,
    days_ago,
    edit,
    entry,
    nights_that_no_tablet_helped,
    saddle_numbness,
    write,
)
from tests.cast import Person


def raised(person: Person, *contents: Resource) -> list[list[Any]]:
    """What the answer to each of the writes carries."""
    return [outcome.raised for outcome in write(person, *contents).outcomes]


def test_the_answer_to_the_write_says_what_to_do_and_whom_to_call(alice: Person) -> None:
    Patient.objects.filter(pk=alice.patient_id).update(region="GB")
    (((advice,),)) = raised(alice, saddle_numbness())
    assert advice == {
        "alert": str(Alert.objects.get().pk),
        "rule": "cauda_equina",
        "tier": "emergency",
        "title": "New numbness, weakness, or bladder or bowel change",
        "advice": "Go to an emergency department now, or call 999. Don't wait, and don't drive yourself.",
        "call": "999",
        "state": "open",
        "news": True,
        "stored": True,
    }


def test_alert_and_deliveries_are_stored_with_the_write_and_found_again_by_the_screening(
    alice: Person, bob: Person
) -> None:
    bob.cares_for(alice, "alerts")
    raised(alice, saddle_numbness())
    in_the_write = [*Alert.objects.values(), *Finding.objects.values(), *Delivery.objects.order_by("pk").values()]
    assert len(in_the_write) == 4
    assert screen_diary(patient_id=alice.patient_id, now=NOON)
    assert [
        *Alert.objects.values(),
        *Finding.objects.values(),
        *Delivery.objects.order_by("pk").values(),
    ] == in_the_write


def test_an_urgent_sign_has_nobody_to_call(alice: Person) -> None:
    ((advice,),) = raised(alice, bloody_cough())
    assert (advice["tier"], advice["call"]) == ("urgent", None)
    assert "today" in advice["advice"]


def test_a_repeated_write_carries_it_again_and_is_no_news(alice: Person) -> None:
    numb = saddle_numbness()
    (((first,),)) = raised(alice, numb)
    assert raised(alice, numb) == [[first | {"news": False}]]
    acknowledge(patient_id=alice.patient_id, alert_id=Alert.objects.get().pk, actor_id=alice.id, now=NOON)
    assert raised(alice, numb) == [[first | {"news": False, "state": "acknowledged"}]]
    assert Alert.objects.count() == Delivery.objects.count() == 1


def test_a_new_day_carries_it_although_the_alert_was_acknowledged(alice: Person) -> None:
    raised(alice, saddle_numbness(days_ago(1)))
    alert = Alert.objects.get()
    acknowledge(patient_id=alice.patient_id, alert_id=alert.pk, actor_id=alice.id, now=NOON)
    ((advice,),) = raised(alice, saddle_numbness())
    assert advice["alert"] == str(alert.pk)


def test_in_a_batch_each_write_carries_its_own(alice: Person) -> None:
    tablet = Treatment(id=uuid4(), kind="medication", name="Ibuprofen", started_on=TODAY)
    contents: list[Entry | Treatment] = [
        entry(days_ago(2), worst_pain=9),
        saddle_numbness(days_ago(1)),
        tablet,
        bloody_cough(),
    ]
    rules = [[advice["rule"] for advice in each] for each in raised(alice, *contents)]
    assert rules == [[], ["cauda_equina"], [], ["coughing_blood"]]


def test_answers_of_two_entries_of_one_day_make_one_sign(alice: Person) -> None:
    assert raised(alice, entry(symptoms=Symptoms(sudden_breathlessness=True))) == [[]]
    ((advice,),) = raised(alice, entry(worse_on_deep_breath=True))
    assert advice["rule"] == "breathing_emergency"


def test_an_event_carries_what_the_days_after_it_make_of_it(alice: Person) -> None:
    raised(alice, entry(days_ago(1), worst_pain=8, sites=["hip"]))
    assert not Alert.objects.exists()
    fracture = Event(id=uuid4(), kind="fracture", date=days_ago(2), trauma="minor", site="lower_back")
    ((advice,),) = raised(alice, fracture)
    assert advice["rule"] == "fragility_fracture"


def test_what_is_too_old_to_act_on_at_once_is_told_as_see_a_doctor(alice: Person) -> None:
    ((advice,),) = raised(alice, saddle_numbness(days_ago(30)))
    assert (advice["tier"], advice["call"]) == ("see_doctor", "112")  # "if you still have this"


def test_an_edit_can_bring_a_danger_sign(alice: Person) -> None:
    plain = entry(worst_pain=2)
    write(alice, plain)
    ((advice,),) = (outcome.raised for outcome in edit(alice, saddle_numbness(id_=plain.id)).outcomes)
    assert advice["rule"] == "cauda_equina"


def test_patterns_are_left_to_the_background(alice: Person) -> None:
    assert not any(raised(alice, *nights_that_no_tablet_helped()))
    assert not Alert.objects.exists()


def test_signs_in_somebody_elses_diary_are_not_carried(alice: Person, charlie: Person) -> None:
    raised(alice, saddle_numbness())
    assert raised(charlie, entry(worst_pain=2)) == [[]]


def statements(person: Person, *contents: Resource) -> int:
    with CaptureQueriesContext(connection) as captured:
        write(person, *contents)
    return len(captured)


def test_a_batch_takes_as_many_statements_as_one_write(alice: Person) -> None:
    write(alice, entry())
    one = statements(alice, entry(days_ago(1), worst_pain=5))
    many = statements(alice, *(entry(TODAY - timedelta(days=day), worst_pain=5) for day in range(100)))
    assert one == many


def test_a_row_about_a_day_that_was_not_asked_for_may_be_dangerous(alice: Person) -> None:
    """As when a change comes again whose entry was moved since: what stands around it was not read."""
    harmless = entry(days_ago(3), worst_pain=1)
    with transaction.atomic():
        near = signs_around(patient_id=alice.patient_id, dates={days_ago(3)})
        far = signs_around(patient_id=alice.patient_id, dates={days_ago(4)})
        none = signs_around(patient_id=alice.patient_id, dates=())
        assert [may_hold([harmless]) for may_hold in (near, far, none)] == [False, True, True]
        assert not any(may_hold([]) for may_hold in (near, far, none))
