"""Treatments on pages: started, changed, stopped and taken back by the functions that apps use."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from diary.format.fields import Treatment
from diary.models import AccessLine
from diary.models import Treatment as Row
from tests.alerts.diaries import edit, write
from tests.cast import Person

Form = Callable[[Person, str], Any]
Page = Callable[[Person, str], str]
NEW = "/diary/treatments/new"


def started(person: Person, **fields: Any) -> Treatment:
    """One that began a week ago."""
    now = timezone.now()
    begun = {"kind": "medication", "name": "Ibuprofen", "started_on": now.date() - timedelta(days=7)}
    one = Treatment(id=uuid4(), **{**begun, **fields})
    write(person, one, now=now)
    return one


def stored(id_: UUID) -> Row:
    return Row.objects.get(id=id_)


def test_one_is_started_with_its_dose_and_listed(alice: Person, form: Form, page: Page) -> None:
    answer = form(alice, NEW).send(
        kind="medication", name="Ibuprofen", daily_dose="1200", dose_unit="mg", recalled_score_before="6"
    )
    assert (answer.status_code, answer["Location"]) == (303, "/diary/treatments?saved")
    row = Row.objects.get()
    assert (row.name, row.daily_dose, row.dose_unit, row.recalled_score_before) == ("Ibuprofen", 1200, "mg", 6)
    assert row.started_on == timezone.now().date()
    shown = page(alice, "/diary/treatments?saved")
    assert "Ibuprofen 1200 mg, since" in shown
    assert "This is saved." in shown


def test_the_form_sent_twice_is_one_treatment_and_with_another_name_that_one_mended(alice: Person, form: Form) -> None:
    new = form(alice, NEW)
    for name in ("Ibuprofen", "Ibuprofen", "Naproxen"):
        assert new.send(kind="medication", name=name).status_code == 303
    assert Row.objects.get().name == "Naproxen"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": " "}, "Enter a name"),
        ({"name": "x" * 201}, "Enter a name"),
        ({"kind": "magic"}, "Choose what it is."),
        ({"daily_dose": "1,200"}, "without a mark for thousands"),
        ({"daily_dose": "much"}, "without a mark for thousands"),
        ({"daily_dose": "0"}, "without a mark for thousands"),
        ({"started_on": "2999-01-01"}, "that isn't in the future"),
        ({"stopped_on": "1999-01-01"}, "not before the first day"),
    ],
)
def test_what_cannot_be_is_marked_and_what_was_entered_stays(
    alice: Person, form: Form, fields: dict[str, str], said: str
) -> None:
    answer = form(alice, NEW).send(**{"kind": "medication", "name": "Ibuprofen", "dose_unit": "drops", **fields})
    assert answer.status_code == 400
    assert said in answer.content.decode().replace("&#x27;", "'")
    assert 'value="drops"' in answer.content.decode()
    assert not Row.objects.exists()


@pytest.mark.parametrize(("typed", "dose"), [("0,5", 0.5), ("0.125", 0.125), ("12.5", 12.5), ("1200", 1200)])
def test_a_dose_is_shown_again_as_it_was_entered(alice: Person, form: Form, typed: str, dose: float) -> None:
    form(alice, NEW).send(kind="medication", name="Digoxin", daily_dose=typed)
    row = Row.objects.get()
    assert row.daily_dose == dose
    again = form(alice, f"/diary/treatments/{row.id}")
    assert again.given["daily_dose"] == typed.replace(",", ".")
    assert again.send().status_code == 303
    assert Row.objects.get().version == row.version


def test_one_tap_stops_it_today_and_changes_nothing_else(alice: Person, form: Form, page: Page) -> None:
    one = started(alice, daily_dose=400, dose_unit="mg", recalled_score_before=7)
    stop = form(alice, "/diary/treatments")
    assert stop.given["do"] == "stop"
    assert stop.send().status_code == 303
    row = stored(one.id)
    assert row.stopped_on == timezone.now().date()
    assert (row.daily_dose, row.dose_unit, row.recalled_score_before) == (400, "mg", 7)
    assert "I stopped it today" not in page(alice, "/diary/treatments")


def test_one_is_deleted(alice: Person, form: Form, page: Page) -> None:
    one = started(alice)
    edits = form(alice, f"/diary/treatments/{one.id}")
    assert edits.send(do="delete").status_code == 303
    assert stored(one.id).deleted
    assert edits.send().status_code == 409  # its id is used up


def test_what_was_changed_elsewhere_is_shown_beside_what_was_entered_and_replaces_nothing(
    alice: Person, form: Form
) -> None:
    one = started(alice)
    mine = form(alice, f"/diary/treatments/{one.id}")
    edit(alice, Treatment(id=one.id, kind="medication", name="Naproxen", started_on=one.started_on), now=timezone.now())
    for answer in (mine.send(name="Diclofenac"), mine.send(do="delete")):
        assert answer.status_code == 409
        assert "Naproxen" in answer.content.decode()
    shown = mine.send(name="Diclofenac").content.decode()
    assert "It now says" in shown
    assert "Diclofenac, since" in shown
    assert stored(one.id).name == "Naproxen"


def test_who_may_write_for_her_starts_one_and_who_may_read_only_reads(
    alice: Person, bob: Person, charlie: Person, form: Form, page: Page
) -> None:
    started(alice)
    place = bob.cares_for(alice, "read")
    listed = f"/caring/{alice.patient_id}/diary/treatments"
    assert "Ibuprofen" in page(bob, listed)
    assert "Start a treatment" not in page(bob, listed)
    place.level = "log"
    place.save()
    assert form(bob, f"{listed}/new").send(kind="heat", name="Hot water bottle").status_code == 303
    assert Row.objects.get(kind="heat").patient_id == alice.patient_id
    lines = AccessLine.objects.filter(actor_id=bob.id).values_list("action", "resource")
    assert {("read", "treatments"), ("written", "treatment")} <= set(lines)
    with pytest.raises(AssertionError, match="404"):
        page(charlie, listed)
