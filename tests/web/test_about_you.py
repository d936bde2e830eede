"""What the rules weigh beside the entries is asked on a page, and a danger sign that an answer makes is told there."""

import re

import pytest
from django.conf import settings as project
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from alerts.models import Alert
from diary.models import AccessLine, Patient
from tests.alerts.diaries import entry, write
from tests.cast import Person


class About:
    """The page of a person, with the version that its form was made from."""

    def __init__(self, person: Person) -> None:
        self.client = Client()
        self.client.cookies[project.SESSION_COOKIE_NAME] = person.token
        self.page = self.client.get("/about-you").content.decode()
        found = re.search(r'name="version" value="(\d+)"', self.page)
        assert found is not None, self.page
        self.version = found[1]

    def send(self, **fields: str) -> HttpResponse:
        return self.client.post("/about-you", {"version": self.version, **fields})  # type: ignore[return-value]


def stored(person: Person) -> Patient:
    return Patient.objects.get(pk=person.patient_id)


def test_only_what_was_answered_is_stored_and_shown_again(alice: Person) -> None:
    assert " checked" not in About(alice).page
    answer = About(alice).send(cancer_history="yes", osteoporosis="no", birth_year="1961", smoking="former")
    assert (answer.status_code, answer["Location"]) == (303, "/account")
    row = stored(alice)
    assert (row.cancer_history, row.osteoporosis, row.steroid_use) == (True, False, None)
    assert (row.birth_year, row.smoking) == (1961, "former")
    page = About(alice).page
    assert re.search(r'name="cancer_history" value="yes" checked', page)
    assert re.search(r'name="smoking" value="former" checked', page)
    assert page.count(" checked") == 3
    assert 'value="1961"' in page


def test_an_answer_can_be_taken_back(alice: Person) -> None:
    About(alice).send(cancer_history="yes")
    About(alice).send(cancer_history="")
    assert stored(alice).cancer_history is None


def test_what_an_app_noted_beside_it_stays(alice: Person) -> None:
    alice.patch("patients/me/profile", {"sex": "female", "region": "ES"})
    About(alice).send(smoking="never")
    assert (stored(alice).sex, stored(alice).region) == ("female", "ES")


def test_a_danger_sign_that_an_answer_makes_of_what_was_noted_is_in_the_answer(alice: Person) -> None:
    write(alice, entry(timezone.now().date(), sites=["upper_back"], worst_pain=6), now=timezone.now())
    page = About(alice).send(cancer_history="yes").content.decode()
    alert = Alert.objects.get()
    assert alert.rule == "cancer_history_spinal_pain"
    assert "Please read this now" in page
    assert f"/caring/me/alerts/{alert.pk}" in page


@pytest.mark.parametrize("year", ["61", "1899", "soon", "19611", "١٩٦١"])
def test_what_is_no_year_keeps_the_rest_and_answers_its_danger_signs(alice: Person, year: str) -> None:
    write(alice, entry(timezone.now().date(), sites=["upper_back"], worst_pain=6), now=timezone.now())
    answer = About(alice).send(cancer_history="yes", birth_year=year)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert re.search(r'name="cancer_history" value="yes" checked', page)
    assert 'class="do urgent"' in page
    assert stored(alice).cancer_history is None


def test_a_form_that_is_older_than_what_is_stored_overwrites_nothing_unseen(alice: Person) -> None:
    first, second = About(alice), About(alice)
    first.send(cancer_history="yes")
    late = second.send(smoking="never")
    assert late.status_code == 409
    assert "was changed elsewhere" in late.content.decode()
    assert (stored(alice).cancer_history, stored(alice).smoking) == (True, None)
    version = re.search(r'name="version" value="(\d+)"', late.content.decode())
    assert version is not None
    second.version = version[1]
    assert second.send(smoking="never").status_code == 303


def test_a_look_and_a_change_are_in_the_access_log(alice: Person) -> None:
    About(alice).send(smoking="never")
    lines = AccessLine.objects.filter(patient_id=alice.patient_id, resource="profile").order_by("at")
    assert [line.action for line in lines] == ["read", "written"]
