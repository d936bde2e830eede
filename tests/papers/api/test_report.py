"""The page for the doctor over HTTP: for whom, of which days, in whose language, and that it is noted."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from pytest_django import Settings

from alerts.screening.diary import screen_diary
from diary.api.framework.limiting import few_at_once
from diary.models import Caregiver
from tests.alerts.diaries import (
    NOON,
    TODAY,
    days_ago,
    entry,
    nights_that_no_tablet_helped,
    saddle_numbness,
    visit,
    write,
)
from tests.cast import Answer, Person
from tests.papers.pdf import Pdf

OF_THE_TIME = f"from={days_ago(60)}&to={TODAY}"


def report(person: Person, query: str = OF_THE_TIME, *, whose: UUID | str = "me") -> Answer:
    return person.get(f"patients/{whose}/report.pdf?{query}")


def first_side(answer: Answer) -> str:
    assert answer.status == 200
    return " ".join(Pdf(answer.body).sides[0].split())


def test_it_says_why_the_person_was_advised_to_come_and_what_was_tried(alice: Person) -> None:
    write(alice, *nights_that_no_tablet_helped())
    screen_diary(patient_id=alice.patient_id, now=NOON)
    told = first_side(report(alice))
    assert "Name: Alice" in told
    assert "Days with an entry: 42 of 61" in told
    assert "Pain at night or at rest that treatment has not helped" in told
    assert "positive on 28 of 28 answered days in 28 days" in told
    assert "Rule night_rest_not_responding, version" in told
    assert "Ibuprofen (Medication) since 3 Jun 2026" in told


def test_it_is_a_file_whose_name_names_nobody_and_which_no_cache_keeps(alice: Person) -> None:
    answer = report(alice)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="report.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_speaks_the_readers_language_and_not_the_patients(alice: Person, bob: Person) -> None:
    alice.patch("patients/me/profile", {"language": "fr"})
    bob.cares_for(alice, "read")
    bob.patch("preferences", {"language": "de"})
    hers, his = report(alice), report(bob, whose=alice.patient_id)
    assert (hers.headers["Content-Language"], Pdf(hers.body).language) == ("fr", "fr")
    assert (his.headers["Content-Language"], Pdf(his.body).language) == ("de", "de")
    assert "Warum dieser Person ein Arztbesuch geraten wurde" in first_side(his)


def test_the_paper_is_chosen(alice: Person) -> None:
    assert Pdf(report(alice).body).size == (595, 842)
    assert Pdf(report(alice, "paper=letter").body).size == (612, 792)


def test_who_may_not_read_the_diary_gets_none(alice: Person, bob: Person, charlie: Person) -> None:
    bob.cares_for(alice, "alerts")
    for somebody in (bob, charlie):
        assert report(somebody, whose=alice.patient_id).status == 404


def test_consent_that_ended_is_over_with_the_next_request(alice: Person, bob: Person) -> None:
    place = bob.cares_for(alice, "read")
    assert report(bob, whose=alice.patient_id).status == 200
    Caregiver.objects.filter(pk=place.pk).update(state="ended", ended_at=NOON)
    assert report(bob, whose=alice.patient_id).status == 404


def test_the_access_log_says_who_took_it(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "read")
    report(bob, whose=alice.patient_id)
    lines = alice.get("patients/me/access-log").body["items"]
    assert (str(bob.id), "exported", "report") in {(line["actor"], line["action"], line["resource"]) for line in lines}


def test_notes_are_in_it_only_where_their_writer_chose_so(alice: Person, bob: Person) -> None:
    write(alice, entry(days_ago(1), note="Only for you, Dr Meyer."))
    bob.cares_for(alice, "read")
    without, with_notes = (" ".join(Pdf(report(alice, f"notes={choice}").body).sides) for choice in ("no", "yes"))
    assert ("Dr Meyer" in without, "Dr Meyer" in with_notes) == (False, True)
    refused = report(bob, "notes=yes", whose=alice.patient_id)
    assert (refused.status, refused.pointers) == (400, {"/notes"})
    assert report(bob, "notes=no", whose=alice.patient_id).status == 200


def test_what_was_after_the_last_day_is_not_in_it(alice: Person) -> None:
    write(alice, entry(days_ago(10), worst_pain=3), saddle_numbness(days_ago(3)), visit(days_ago(2)))
    screen_diary(patient_id=alice.patient_id, now=NOON)
    told = first_side(report(alice, f"from={days_ago(20)}&to={days_ago(5)}"))
    assert "Days with an entry: 1 of 16" in told
    assert "The rules found no pattern in this time" in told
    assert "None was noted." in told


def test_while_the_screening_has_not_seen_everything_it_says_so_and_claims_nothing(alice: Person) -> None:
    write(alice, *nights_that_no_tablet_helped())
    before = first_side(report(alice))
    screen_diary(patient_id=alice.patient_id, now=NOON)
    after = first_side(report(alice))
    pending, none = "The newest entries are still being checked", "The rules found no pattern"
    assert (pending in before, none in before) == (True, False)
    assert pending not in after


def test_an_alert_that_is_still_open_is_in_it_however_old(alice: Person) -> None:
    write(alice, saddle_numbness(days_ago(100)), now=NOON - timedelta(days=100))
    assert "New numbness, weakness, or bladder or bowel change" in first_side(report(alice))


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        (f"from={TODAY}&to={days_ago(1)}", "/from"),
        (f"from={days_ago(366)}&to={TODAY}", "/from"),
        ("from=1900-01-01", "/from"),
        ("paper=a5", "/paper"),
        ("notes=true", "/notes"),
        ("language=de", "/language"),
    ],
)
def test_what_makes_no_page_is_refused(alice: Person, query: str, pointer: str) -> None:
    answer = report(alice, query)
    assert (answer.status, answer.pointers) == (400, {pointer})


@pytest.mark.parametrize("query", ["to=0001-01-01", "to=9999-12-31", f"from={days_ago(365)}&to={TODAY}", ""])
def test_every_span_that_fits_is_a_page(alice: Person, query: str) -> None:
    assert report(alice, query).status == 200


def test_by_default_it_begins_with_the_diary_and_ends_today(alice: Person) -> None:
    write(alice, entry(days_ago(40), worst_pain=3), entry(days_ago(500), worst_pain=3))
    with time_machine.travel(NOON, tick=False):
        alice.show_again_who_it_is()
        told = first_side(report(alice, ""))
    assert "Period: 21 May 2026 to 30 Jun 2026 Days with an entry: 1 of 41" in told


def test_an_account_makes_one_at_a_time(alice: Person, settings: Settings) -> None:
    settings.RATE_LIMITS = True
    assert report(alice).status == 200
    with few_at_once(str(alice.id), most=1):
        refused = report(alice)
    assert (refused.status, refused.headers["Retry-After"]) == (429, "1")
    assert report(alice).status == 200


def test_it_costs_as_much_as_other_readings_of_a_whole_diary(alice: Person, settings: Settings) -> None:
    settings.RATE_LIMITS = True
    settings.API_LIMITS = {**settings.API_LIMITS, "account reads": (25, 1)}
    assert [report(alice).status for _ in range(4)][-1] == 429


def test_a_long_diary_is_read_with_a_few_statements(alice: Person, django_assert_max_num_queries: Any) -> None:
    write(alice, *nights_that_no_tablet_helped(weeks=20), *(visit(TODAY - timedelta(days=n)) for n in range(30)))
    with django_assert_max_num_queries(14):
        assert report(alice, "notes=yes").status == 200
