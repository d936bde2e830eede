"""The entry of today without a script: what is left out stays not answered, and nothing that was sent is lost."""

import re
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from django.conf import settings as project
from django.test import Client
from django.utils import timezone
from msgspec.structs import replace

from alerts.models import Alert
from diary.format.fields import Symptoms
from diary.models import AccessLine, Entry, Session
from tests.alerts.diaries import entry, write
from tests.cast import Person
from tests.web.form import Form, hidden_in
from web.today.body import HEIGHT, WIDTH, places
from web.today.questions import SITES

PASSWORD = "correct horse battery staple"


def test_only_what_was_answered_is_stored(alice: Person) -> None:
    answer = Form(alice).send(night_pain="6", woke_from_sleep="yes", danger=["collapse"], note="  a\r\nb ")
    assert answer.status_code in {200, 303}
    (row,) = alice.get("patients/me/entries").body["items"]
    assert row["night_pain"] == 6
    assert row["woke_from_sleep"] is True
    assert row["worst_pain"] is row["worse_lying_down"] is row["sites"] is None
    assert row["symptoms"] == {"collapse": True}
    assert row["note"] == "a\nb"
    assert row["treatments_taken"] is None


def test_none_of_the_others_says_no_to_the_rest_of_its_group(alice: Person) -> None:
    Form(alice).send(beside=["cough"], beside_others="yes")
    symptoms = alice.get("patients/me/entries").body["items"][0]["symptoms"]
    assert symptoms.pop("cough") is True
    assert set(symptoms.values()) == {False}
    assert "fever" in symptoms
    assert "saddle_numbness" not in symptoms


def test_nothing_is_filled_in_beforehand(alice: Person) -> None:
    write(alice, entry(timezone.now().date() - timedelta(days=1), night_pain=7, worst_pain=7))
    assert " checked" not in Form(alice).page


def test_a_danger_sign_is_in_the_answer_and_once_more_when_the_form_is_sent_again(alice: Person) -> None:
    form = Form(alice)
    for _ in range(2):
        page = form.send(danger=["saddle_numbness"]).content.decode()
        assert "Go to an emergency department now" in page
        assert 'href="tel:112"' in page
        assert "The entry is saved." in page
    assert Entry.objects.count() == Alert.objects.count() == 1


def test_the_button_back_and_another_answer_mend_the_same_entry(alice: Person) -> None:
    form = Form(alice)
    form.send(worst_pain="3")
    form.send(worst_pain="5")
    (row,) = alice.get("patients/me/entries").body["items"]
    assert (row["worst_pain"], row["version"]) == (5, 2)


def test_an_empty_form_is_no_entry(alice: Person) -> None:
    answer = Form(alice).send()
    assert answer.status_code == 400
    assert "Nothing is answered yet." in answer.content.decode()
    assert not Entry.objects.exists()


def test_what_cannot_be_stored_stays_on_the_page_and_its_danger_signs_are_told(alice: Person) -> None:
    answer = Form(alice).send(weight_kg="heavy", danger=["saddle_numbness"], note="do not lose me")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Enter a weight in kilograms" in page
    assert "do not lose me" in page
    assert "Go to an emergency department now" in page
    assert re.search(r'value="saddle_numbness" checked', page)
    assert not Entry.objects.exists()


@pytest.mark.parametrize("given", ["nan", "1e2", "٧٠", "inf", "7_0"])
def test_what_is_no_weight_is_none(alice: Person, given: str) -> None:
    assert Form(alice).send(weight_kg=given).status_code == 400


@pytest.mark.parametrize("given", ["70,5", "70.5", " 70.5 "])
def test_a_weight_is_read_as_people_write_it(alice: Person, given: str) -> None:
    Form(alice).send(weight_kg=given)
    assert alice.get("patients/me/entries").body["items"][0]["weight_kg"] == 70.5


def test_whether_a_treatment_was_taken_is_asked_by_its_name(alice: Person) -> None:
    id_ = "0191d1a0-0000-7000-8000-000000000001"
    treatment = {"id": id_, "kind": "medication", "name": "<b>Ibuprofen</b>", "started_on": "2026-01-01"}
    assert alice.put(f"patients/me/treatments/{id_}", treatment).status == 201
    form = Form(alice)
    assert "&lt;b&gt;Ibuprofen&lt;/b&gt;" in form.page
    form.send(**{f"taken-{id_}": "no"})
    assert alice.get("patients/me/entries").body["items"][0]["treatments_taken"] == {id_: False}


def test_an_entry_is_mended_and_a_stale_one_is_not_overwritten_unseen(alice: Person) -> None:
    Form(alice).send(worst_pain="3", note="mine")
    id_ = Entry.objects.get().id
    first, second = Form(alice, f"/diary/{id_}"), Form(alice, f"/diary/{id_}")
    assert re.search(r'name="worst_pain" value="3" checked', first.page)
    assert first.send(worst_pain="4", note="mine").status_code == 303
    late = second.send(worst_pain="9", note="mine")
    assert late.status_code == 409
    assert "was changed elsewhere" in late.content.decode()
    assert re.search(r'name="worst_pain" value="9" checked', late.content.decode())
    assert alice.get("patients/me/entries").body["items"][0]["worst_pain"] == 4


def test_mending_keeps_what_the_form_does_not_ask_for(alice: Person) -> None:
    day, gone = timezone.now().date(), UUID("0191d1a0-0000-7000-8000-000000000009")
    noted = entry(
        day, worst_pain=3, qualities=["burning"], treatments_taken={gone: True}, symptoms=Symptoms(cough=False)
    )
    noted = replace(noted, time_zone="Asia/Tokyo")
    write(alice, noted)
    Form(alice, f"/diary/{noted.id}").send(worst_pain="4")
    (row,) = alice.get("patients/me/entries").body["items"]
    assert (row["worst_pain"], row["qualities"], row["time_zone"]) == (4, ["burning"], "Asia/Tokyo")
    assert row["treatments_taken"] == {str(gone): True}
    assert row["symptoms"] == {"cough": False}


def test_an_entry_is_taken_back(alice: Person) -> None:
    Form(alice).send(worst_pain="3")
    id_ = Entry.objects.get().id
    form = Form(alice, f"/diary/{id_}")
    assert form.client.post(form.path, {"do": "delete", "version": "1"}).status_code == 303
    assert alice.get("patients/me/entries").body["items"] == []
    assert form.client.get(form.path).status_code == 404


def test_a_write_is_in_the_access_log(alice: Person) -> None:
    Form(alice).send(worst_pain="3")
    lines = AccessLine.objects.filter(patient_id=alice.patient_id, action="written")
    assert [(line.resource, line.resource_id) for line in lines] == [("entry", Entry.objects.get().id)]


def test_what_was_written_goes_through_signing_in_again(alice: Person) -> None:
    alice.user.set_password(PASSWORD)
    form = Form(alice)
    alice.user.save()  # a new password ends every session
    Session.objects.all().delete()
    ended = form.send(worst_pain="8", beside=["cough", "fatigue"], note='"do not" <lose> me')
    assert ended.status_code == 401
    assert "Your answers are still here" in ended.content.decode()
    signing_in = hidden_in(ended.content) | {"email": alice.email, "password": PASSWORD}
    wrong = form.client.post("/sign-in", signing_in | {"password": "another long secret"})
    assert wrong.status_code == 400
    again = form.client.post("/sign-in", hidden_in(wrong.content) | {"email": alice.email, "password": PASSWORD})
    assert again.status_code == 200
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', again.content.decode())
    sent = {name: [unescape(value) for other, value in found if other == name] for name, _ in found}
    assert form.client.post("/today", sent).status_code == 303
    row = Entry.objects.get()
    assert row.worst_pain == 8
    assert row.symptoms == {"cough": True, "fatigue": True}


def test_a_bent_form_is_no_entry(alice: Person) -> None:
    form = Form(alice)
    form.given["id"] = "not an id"
    assert form.send(worst_pain="3").status_code == 404
    form.given |= {"id": str(UUID(int=1)), "opened": "yesterday", "date": "31.12.2026"}
    assert form.send(worst_pain="3").status_code == 400
    assert form.send(worst_pain="11").status_code == 400
    assert not Entry.objects.exists()


def test_gaps_stay_gaps_in_my_diary(alice: Person) -> None:
    today = timezone.now().date()
    write(alice, entry(today, worst_pain=2), entry(today - timedelta(days=9), worst_pain=7))
    client = Client()
    client.cookies[project.SESSION_COOKIE_NAME] = alice.token
    page = client.get("/diary").content.decode()
    assert page.count("Worst pain today") == 2
    assert page.index("Worst pain today: 2") < page.index("Worst pain today: 7")


def test_every_site_is_on_the_picture_of_the_body_but_for_somewhere_else(alice: Person) -> None:
    page = Form(alice).page
    for site in SITES:
        assert f'id="sites-{site}"' in page
        assert (f'<label for="sites-{site}">' in page) == (site != "other")
    assert all(one.x >= 0 and one.x + one.width <= WIDTH and one.y + one.height <= HEIGHT for one in places())
