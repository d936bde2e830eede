"""A caregiver with the level `log` writes an entry for the person; who may read reads, and no one does any more."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.conf import settings as project
from django.test import Client
from django.utils import timezone

from alerts.models import Alert
from diary.models import AccessLine, Entry, LocalZone
from diary.models.caregiver import Level
from tests.alerts.diaries import entry, write
from tests.cast import Person
from tests.web.form import Form
from tests.web.settled import settled


def browser_of(person: Person) -> Client:
    client = Client()
    client.cookies[project.SESSION_COOKIE_NAME] = person.token
    return client


def page_for(alice: Person, page: str) -> str:
    return f"/caring/{alice.patient_id}/{page}"


def test_the_entry_is_the_persons_and_by_the_caregiver_at_the_persons_clock(alice: Person, bob: Person) -> None:
    settled(alice, "Asia/Tokyo")
    settled(bob, "America/New_York")
    bob.cares_for(alice, "log")
    with time_machine.travel(datetime(2026, 6, 30, 23, 30, tzinfo=UTC), tick=False):
        form = Form(bob, page_for(alice, "today"))
        assert "How is Alice?" in form.page
        answer = form.send(worst_pain="6")
    row = Entry.objects.get()
    assert answer.status_code == 303
    assert answer["Location"] == page_for(alice, f"diary/{row.id}")
    assert (row.patient_id, row.recorded_by_id, row.worst_pain) == (alice.patient_id, bob.id, 6)
    assert (str(row.date), row.time_zone) == ("2026-07-01", "Asia/Tokyo")
    line = AccessLine.objects.get(patient_id=alice.patient_id, action="written")
    assert line.actor_id == bob.id


def test_it_says_nothing_about_where_the_person_is(bob: Person) -> None:
    dana = Person("Dana")
    settled(bob, "America/New_York")
    bob.cares_for(dana, "log")
    Form(bob, page_for(dana, "today")).send(worst_pain="6")
    assert Entry.objects.get().time_zone == "America/New_York"
    assert not LocalZone.objects.filter(pk=dana.id).exists()


def test_who_never_said_where_they_are_is_asked_first(bob: Person) -> None:
    dana = Person("Dana")
    bob.cares_for(dana, "log")
    answer = browser_of(bob).get(page_for(dana, "today"))
    assert answer.status_code == 303
    assert answer["Location"].startswith("/where?next=%2Fcaring%2F")


def test_a_danger_sign_is_in_the_answer_and_leads_to_the_alert(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "log")
    page = Form(bob, page_for(alice, "today")).send(danger=["saddle_numbness"]).content.decode()
    assert "Alice" in page
    assert page_for(alice, f"alerts/{Alert.objects.get().pk}") in page


def test_the_entry_is_mended_and_taken_back_by_its_writer(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "log")
    Form(bob, page_for(alice, "today")).send(worst_pain="6")
    path = page_for(alice, f"diary/{Entry.objects.get().id}")
    assert Form(bob, path).send(worst_pain="5").status_code == 303
    assert Entry.objects.get().worst_pain == 5
    gone = browser_of(bob).post(path, {"do": "delete", "version": "2"})
    assert (gone.status_code, gone["Location"]) == (303, page_for(alice, "diary"))
    assert not Entry.objects.filter(deleted=False).exists()


@pytest.mark.parametrize(
    ("level", "open_pages"), [("alerts", set()), ("read", {"diary"}), ("log", {"diary", "today", "entry"})]
)
def test_each_level_opens_its_pages_and_a_stranger_none(
    alice: Person, bob: Person, charlie: Person, level: Level, open_pages: set[str]
) -> None:
    bob.cares_for(alice, level)
    noted = entry(timezone.now().date(), worst_pain=7, note="between us")
    write(alice, noted)
    for name, page in {"diary": "diary", "today": "today", "entry": f"diary/{noted.id}"}.items():
        found = browser_of(bob).get(page_for(alice, page))
        assert found.status_code == (200 if name in open_pages else 404)
        assert browser_of(charlie).get(page_for(alice, page)).status_code == 404
    reads = browser_of(bob).get(page_for(alice, "diary")).content.decode()
    assert ("between us" in reads) is ("diary" in open_pages)
    listed = browser_of(bob).get("/caring").content.decode()
    assert (page_for(alice, "today") in listed) is ("today" in open_pages)
    assert (page_for(alice, "diary") in listed) is ("diary" in open_pages)


def test_a_look_is_in_the_access_log_of_the_person(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "read")
    browser_of(bob).get(page_for(alice, "diary"))
    line = AccessLine.objects.get(patient_id=alice.patient_id, action="read")
    assert (line.actor_id, line.resource) == (bob.id, "entries")
