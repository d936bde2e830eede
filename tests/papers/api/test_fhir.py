"""The diary as FHIR over HTTP: for whom, of which days, in whose language, and that it is noted."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import Settings

from alerts.screening.diary import screen_diary
from diary.models import Caregiver
from tests.alerts.diaries import NOON, TODAY, days_ago, entry, nights_that_no_tablet_helped, saddle_numbness, write
from tests.cast import Answer, Person

OF_THE_TIME = f"from={days_ago(60)}&to={TODAY}"


def fhir(person: Person, query: str = OF_THE_TIME, *, whose: UUID | str = "me") -> Answer:
    return person.get(f"patients/{whose}/fhir?{query}")


def resources(answer: Answer, kind: str) -> list[dict[str, Any]]:
    assert answer.status == 200
    found = [one["resource"] for one in answer.body["entry"]]
    return [resource for resource in found if resource["resourceType"] == kind]


def test_it_is_a_collection_that_no_cache_keeps(alice: Person) -> None:
    answer = fhir(alice)
    assert answer.headers["Content-Type"] == "application/fhir+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert (answer.body["resourceType"], answer.body["type"]) == ("Bundle", "collection")


def test_a_treatment_that_failed_is_an_issue_that_cites_the_scores_and_the_tablet(alice: Person) -> None:
    write(alice, *nights_that_no_tablet_helped())
    screen_diary(patient_id=alice.patient_id, now=NOON)
    answer = fhir(alice)
    (issue,) = resources(answer, "DetectedIssue")
    (tablet,) = resources(answer, "MedicationStatement")
    assert issue["implicated"] == [{"reference": f"urn:uuid:{tablet['id']}"}]
    assert len(issue["evidence"][0]["detail"]) == 14
    assert issue["detail"] == "Ibuprofen: no response (pain at night or at rest: 6 → 6)"
    assert "rule-night-rest-not-responding" in str(resources(answer, "Flag"))


def test_the_person_finds_their_circle_in_it_and_a_caregiver_does_not(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "read")
    (consent,) = resources(fhir(alice), "Consent")
    (related,) = resources(fhir(alice), "RelatedPerson")
    assert consent["provision"]["actor"][0]["reference"] == {"reference": f"urn:uuid:{related['id']}"}
    assert related["name"] == [{"text": "Bob"}]
    his = fhir(bob, whose=alice.patient_id)
    assert (resources(his, "Consent"), resources(his, "RelatedPerson")) == ([], [])
    assert "Bob" not in json.dumps(his.body)


def test_its_words_are_in_the_readers_language(alice: Person, bob: Person) -> None:
    write(alice, saddle_numbness(days_ago(1)))
    bob.cares_for(alice, "read")
    bob.patch("preferences", {"language": "de"})
    answer = fhir(bob, whose=alice.patient_id)
    assert (answer.headers["Content-Language"], answer.body["language"]) == ("de", "de")
    assert "Taubheit" in resources(answer, "Observation")[0]["valueCodeableConcept"]["text"]


def test_notes_are_not_in_it(alice: Person) -> None:
    write(alice, entry(days_ago(1), note="Only for you.", worst_pain=3))
    assert "Only for you" not in json.dumps(fhir(alice).body)


def test_who_may_not_read_the_diary_gets_none(alice: Person, bob: Person, charlie: Person) -> None:
    bob.cares_for(alice, "alerts")
    for somebody in (bob, charlie):
        assert fhir(somebody, whose=alice.patient_id).status == 404


def test_consent_that_ended_is_over_with_the_next_request(alice: Person, bob: Person) -> None:
    place = bob.cares_for(alice, "read")
    assert fhir(bob, whose=alice.patient_id).status == 200
    Caregiver.objects.filter(pk=place.pk).update(state="ended", ended_at=NOON)
    assert fhir(bob, whose=alice.patient_id).status == 404


def test_the_access_log_says_who_took_it(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "read")
    fhir(bob, whose=alice.patient_id)
    lines = alice.get("patients/me/access-log").body["items"]
    assert (str(bob.id), "exported", "fhir") in {(line["actor"], line["action"], line["resource"]) for line in lines}


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        (f"from={TODAY}&to={days_ago(1)}", "/from"),
        (f"from={days_ago(366)}&to={TODAY}", "/from"),
        ("notes=yes", "/notes"),
    ],
)
def test_what_makes_no_bundle_is_refused(alice: Person, query: str, pointer: str) -> None:
    answer = fhir(alice, query)
    assert (answer.status, answer.pointers) == (400, {pointer})


def test_it_costs_as_much_as_other_readings_of_a_whole_diary(alice: Person, settings: Settings) -> None:
    settings.RATE_LIMITS = True
    settings.API_LIMITS = {**settings.API_LIMITS, "account reads": (25, 1)}
    assert [fhir(alice).status for _ in range(4)][-1] == 429


def test_a_long_diary_is_read_with_a_few_statements(alice: Person, django_assert_max_num_queries: Any) -> None:
    write(alice, *nights_that_no_tablet_helped(weeks=20))
    with django_assert_max_num_queries(16):
        assert fhir(alice, "").status == 200


def test_the_code_system_is_for_anyone_and_caches_may_keep_it(settings: Settings) -> None:
    page = Client().get("/fhir/CodeSystem/symptom-diary")
    assert (page.status_code, page["Content-Type"]) == (200, "application/fhir+json")
    assert page["Cache-Control"] == "public, max-age=86400"
    assert page["Access-Control-Allow-Origin"] == "*"
    document = json.loads(page.content)
    assert document["url"] == f"{settings.PUBLIC_URL}/fhir/CodeSystem/symptom-diary"
    again = Client().get("/fhir/CodeSystem/symptom-diary", headers={"If-None-Match": page["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
