"""Events and visits on pages: noted, changed and taken back; and what the doctor said of the messages before."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from alerts.models import Alert
from diary.models import Event
from tests.alerts.diaries import bloody_cough, saddle_numbness, write
from tests.cast import Person

Form = Callable[[Person, str], Any]
Page = Callable[[Person, str], str]
FALL = {"kind": "fall", "trauma": "minor", "site": "lower_back", "note": "<b>On the stairs</b>"}
VISIT = "/diary/visits/new"


@pytest.fixture
def alerts(alice: Person) -> list[Alert]:
    """Two that are open."""
    now = timezone.now()
    write(alice, saddle_numbness(now.date()), bloody_cough(now.date()), now=now)
    found = list(Alert.objects.order_by("pk"))
    assert [alert.state for alert in found] == ["open", "open"]
    return found


def test_a_fall_is_noted_listed_changed_and_deleted(alice: Person, form: Form, page: Page) -> None:
    assert form(alice, "/diary/events/new").send(**FALL)["Location"] == "/diary/events?saved"
    event = Event.objects.get()
    assert (event.kind, event.trauma, event.site, event.date) == ("fall", "minor", "lower_back", timezone.now().date())
    assert "Fall, lower back" in page(alice, "/diary/events")
    again = form(alice, f"/diary/events/{event.id}")
    assert again.given["trauma"] == "minor"
    assert again.send(**{**FALL, "trauma": "none"}).status_code == 303
    assert Event.objects.get().trauma == "none"
    assert form(alice, f"/diary/events/{event.id}").send(do="delete").status_code == 303
    assert Event.objects.get().deleted


def test_a_broken_vertebra_answers_with_what_to_do(alice: Person, form: Form) -> None:
    answer = form(alice, "/diary/events/new").send(kind="fracture", trauma="minor", site="mid_back")
    assert answer.status_code == 200
    assert "Please read this now" in answer.content.decode()
    assert Alert.objects.get().tier == "urgent"


def test_the_sign_is_told_although_the_note_is_too_long_to_be_stored(alice: Person, form: Form) -> None:
    answer = form(alice, "/diary/events/new").send(kind="fracture", trauma="minor", site="mid_back", note="x" * 4001)
    assert answer.status_code == 400
    assert 'class="do urgent"' in answer.content.decode()
    assert "at most 4,000 characters" in answer.content.decode()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"kind": "party"}, "Choose what happened."), ({"date": "2999-01-01"}, "that isn't in the future")],
)
def test_what_cannot_be_is_marked(alice: Person, form: Form, fields: dict[str, str], said: str) -> None:
    answer = form(alice, "/diary/events/new").send(**{**FALL, **fields})
    assert answer.status_code == 400
    assert said in answer.content.decode().replace("&#x27;", "'")


def test_what_the_doctor_said_is_one_visit_and_closes_what_it_was_about(
    alice: Person, alerts: list[Alert], form: Form
) -> None:
    today = timezone.now().date()
    visit = form(alice, VISIT)
    assert "Was it about these messages?" in visit.page
    told = {"alert": [str(alert.pk) for alert in alerts], "outcome": "being_investigated"}
    for _twice in range(2):
        answer = visit.send(date=today.isoformat(), note="An MRI on Monday.", assessed_pain="5", **told)
        assert answer.status_code == 303
    event = Event.objects.get()
    assert (event.kind, event.date, event.assessed_pain) == ("doctor_visit", today, 5)
    assert alice.get(f"patients/me/events/{event.id}").body["note"] == "An MRI on Monday."
    assert event.about_this_pain
    for alert in Alert.objects.all():
        assert (alert.state, alert.outcome, alert.visit_id) == ("closed", "being_investigated", event.id)


def test_a_visit_before_a_danger_sign_does_not_close_what_came_after_it(
    alice: Person, alerts: list[Alert], form: Form
) -> None:
    yesterday = timezone.now().date() - timedelta(days=1)
    told = {"alert": [str(alert.pk) for alert in alerts], "outcome": "not_serious"}
    visit = form(alice, VISIT)
    assert "A message stays open if it came after the day of the visit" in visit.page
    assert visit.send(date=yesterday.isoformat(), **told).status_code == 303
    assert Event.objects.get().date == yesterday
    assert {(alert.state, alert.outcome) for alert in Alert.objects.all()} == {("open", None)}


def test_an_emergency_that_is_open_is_closed_by_a_tick_of_its_own_only(
    alice: Person, alerts: list[Alert], form: Form
) -> None:
    page = form(alice, VISIT).page
    for alert in alerts:
        assert f'name="alert" value="{alert.pk}"><span>' in page


def test_only_what_was_ticked_is_closed_and_without_an_answer_nothing_is(
    alice: Person, alerts: list[Alert], form: Form
) -> None:
    form(alice, VISIT).send(alert=[str(alerts[0].pk)], note="Come again.")
    assert {alert.state for alert in Alert.objects.all()} == {"open"}
    form(alice, VISIT).send(alert=[str(alerts[0].pk)], outcome="not_serious")
    assert [alert.state for alert in Alert.objects.order_by("pk")] == ["closed", "open"]
    assert Event.objects.count() == 2


def test_a_correction_on_the_visit_corrects_the_outcome_and_leaves_one_visit(
    alice: Person, alerts: list[Alert], form: Form
) -> None:
    told = {"alert": [str(alert.pk) for alert in alerts]}
    form(alice, VISIT).send(**told, outcome="not_serious")
    visit = Event.objects.get()
    again = form(alice, f"/diary/events/{visit.id}")
    assert again.given["outcome"] == "not_serious"
    assert again.send(**told, outcome="serious").status_code == 303
    assert {alert.outcome for alert in Alert.objects.all()} == {"serious"}
    assert Event.objects.filter(deleted=False).get().id == visit.id


def test_a_visit_about_something_else_closes_nothing(alice: Person, alerts: list[Alert], form: Form) -> None:
    told = {"alert": [str(alert.pk) for alert in alerts], "outcome": "not_serious"}
    assert form(alice, VISIT).send(about_this_pain="no", **told).status_code == 303
    assert {alert.state for alert in Alert.objects.all()} == {"open"}
    assert Event.objects.get().about_this_pain is False


def test_a_visit_that_was_tapped_before_is_the_one_that_gets_its_words(
    alice: Person, alerts: list[Alert], form: Form
) -> None:
    alice.post(f"patients/me/alerts/{alerts[0].pk}/outcome", {"outcome": "serious"})
    tapped = Event.objects.get()
    form(alice, f"/diary/events/{tapped.id}").send(note="A scan is planned.")
    assert alice.get(f"patients/me/events/{tapped.id}").body["note"] == "A scan is planned."
    assert Alert.objects.get(pk=alerts[0].pk).visit_id == tapped.id


def test_who_only_reads_notes_nothing_and_strangers_see_nothing(
    alice: Person, bob: Person, charlie: Person, form: Form, page: Page
) -> None:
    form(alice, "/diary/events/new").send(**FALL)
    bob.cares_for(alice, "read")
    listed = f"/caring/{alice.patient_id}/diary/events"
    assert "Fall, lower back" in page(bob, listed)
    assert "What did the doctor say?" not in page(bob, listed)
    for person, path in ((bob, f"/caring/{alice.patient_id}/diary/visits/new"), (charlie, listed)):
        with pytest.raises(AssertionError, match="404"):
            page(person, path)
