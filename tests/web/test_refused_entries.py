"""An entry that can't be stored: what was typed stays, and its danger signs are answered all the same."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from alerts.models import Alert
from diary.models import Entry, Session
from tests.cast import Person
from tests.web.form import Form

NOTE = 'do "not" <lose> me'
SAYS = "Go to an emergency department now"
SIGNS: dict[str, str | list[str]] = {"danger": ["saddle_numbness"], "note": NOTE, "worst_pain": "7"}


def kept_in(answer: HttpResponse) -> dict[str, list[str]]:
    """What the page would send again."""
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode())
    return {name: [unescape(value) for other, value in found if other == name] for name, _ in found}


def is_stored_now(form: Form, answer: HttpResponse) -> bool:
    """Whether sending what was kept stores it as it was typed."""
    form.client.post(form.path, kept_in(answer))
    row = Entry.objects.get()
    return (row.worst_pain, row.symptoms, Alert.objects.count()) == (7, {"saddle_numbness": True}, 1)


def test_in_a_flood_nothing_is_lost_and_its_danger_signs_are_answered(alice: Person, settings: Settings) -> None:
    form = Form(alice)
    settings.RATE_LIMITS = True
    limits = settings.API_LIMITS
    settings.API_LIMITS = {**limits, "address of strangers": (1, 1), "account writes": (1, 1)}
    form.send(worst_pain="1")
    form.given["id"] = "0191d1a0-0000-7000-8000-000000000007"
    Entry.objects.all().delete()
    answer = [form.send(**SIGNS) for _ in range(3)][-1]
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    page = answer.content.decode()
    assert SAYS in page
    assert 'href="tel:112"' in page
    assert kept_in(answer)["note"] == [NOTE]
    assert not Entry.objects.exists()
    settings.RATE_LIMITS = False
    assert is_stored_now(form, answer)


def test_who_was_signed_out_meanwhile_reads_the_danger_signs_where_they_sign_in(alice: Person) -> None:
    form = Form(alice)
    Session.objects.all().delete()
    answer = form.send(**SIGNS)
    assert answer.status_code == 401
    assert SAYS in answer.content.decode()


def test_a_form_that_is_too_old_comes_back_with_its_danger_signs(alice: Person) -> None:
    form = Form(alice)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = form.client.cookies
    answer: HttpResponse = strict.post(  # type: ignore[assignment]
        form.path, {**form.given, **SIGNS}, headers={"Origin": "http://testserver"}
    )
    assert answer.status_code == 403
    assert SAYS in answer.content.decode()
    assert is_stored_now(form, answer)


def test_an_entry_that_was_deleted_elsewhere_is_kept_as_a_new_one(alice: Person) -> None:
    Form(alice).send(worst_pain="3")
    id_ = Entry.objects.get().id
    form = Form(alice, f"/diary/{id_}")
    assert alice.delete(f"patients/me/entries/{id_}").status == 204
    answer = form.send(**SIGNS)
    assert answer.status_code == 409
    assert SAYS in answer.content.decode()
    assert "was deleted elsewhere" in answer.content.decode()
    again = kept_in(answer)
    assert again["id"] != [str(id_)]
    assert 'action="/today"' in answer.content.decode()
    assert form.client.post("/today", {**again, **SIGNS, "date": form.given["date"]}).status_code == 200
    assert Entry.objects.get(deleted=False).symptoms == {"saddle_numbness": True}


def test_an_entry_that_was_changed_elsewhere_comes_back_with_its_danger_signs(alice: Person) -> None:
    Form(alice).send(worst_pain="3")
    path = f"/diary/{Entry.objects.get().id}"
    first, second = Form(alice, path), Form(alice, path)
    first.send(worst_pain="4")
    answer = second.send(**SIGNS)
    assert answer.status_code == 409
    assert SAYS in answer.content.decode()
    assert unescape(answer.content.decode()).count(NOTE) == 1


def test_a_bent_form_is_no_entry_and_still_answers_its_danger_signs(alice: Person) -> None:
    form = Form(alice)
    form.given["id"] = "no id"
    answer = form.send(**SIGNS)
    assert answer.status_code == 404
    assert SAYS in answer.content.decode()


def test_who_may_write_no_more_reads_the_danger_signs_judged_alone(alice: Person, bob: Person) -> None:
    place = bob.cares_for(alice, "log")
    form = Form(bob, f"/caring/{alice.patient_id}/today")
    place.level = "read"
    place.save()
    answer = form.send(**SIGNS)
    assert answer.status_code == 404
    assert "emergency department" in answer.content.decode()
    assert "Alice" not in answer.content.decode()
    assert not Entry.objects.exists()


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A way to lose the database, which is back at the end."""
    yield monkeypatch
    monkeypatch.undo()
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_while_the_database_is_away_nothing_is_lost(alice: Person, away: pytest.MonkeyPatch) -> None:
    form = Form(alice)
    connection.close()
    away.setitem(connection.settings_dict, "PORT", "1")
    form.client.raise_request_exception = False
    answer = form.send(**SIGNS)
    away.undo()
    connection.close()
    assert answer.status_code == 500
    assert SAYS in answer.content.decode()
    assert is_stored_now(form, answer)
