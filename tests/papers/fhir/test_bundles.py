"""The FHIR bundle: each answer as what it is, nothing for what was not answered, and valid whatever was written."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from fhir.resources.R4B.bundle import Bundle

from alerts.rules.history import Profile
from diary.format.fields import Entry, Symptoms
from diary.recording.rows import Stored
from papers.fhir.bundle import bundle
from papers.fhir.code_system import published
from papers.fhir.coding import OWN, SNOMED_OF_SITES, SNOMED_OF_SYMPTOMS, Json, code_system
from papers.fhir.observations import ASSESSMENT, BODY_WEIGHT, SYMPTOM, SYMPTOM_ABSENT
from papers.reading import Reading, Records
from tests.papers import readings
from tests.papers.fhir_bundles import ALICE, BOB, PATIENT, random_bundle
from tests.service import ROOT

SEEDS = range(12)


def made(*entries: Entry, by: UUID | None = ALICE, reading: Reading | None = None, **records: Any) -> list[Json]:
    """The resources of the bundle, in order."""
    stored = [Stored("entry", entry.id, 1, 1, readings.MADE_AT, by, entry) for entry in entries]
    given = Records(patient_id=PATIENT, user_id=ALICE, **{"sex": None, "entries": stored, **records})
    document = bundle(reading or readings.reading(), given, language="en", made_at=readings.MADE_AT)
    return [one["resource"] for one in document["entry"]]


def observations(*entries: Entry, **records: Any) -> list[Json]:
    return [one for one in made(*entries, **records) if one["resourceType"] == "Observation"]


def wrote(**answers: Any) -> Entry:
    recorded_at = datetime.fromisoformat("2026-06-02T08:30:00+02:00")
    id_ = UUID("0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b11")
    return Entry(id=id_, date=date(2026, 6, 2), recorded_at=recorded_at, time_zone="Europe/Madrid", **answers)


def codes(concept: Json) -> set[str]:
    return {coding["code"] for coding in concept["coding"]}


def test_yes_is_a_symptom_no_is_an_absent_one_and_no_answer_is_nothing() -> None:
    there, absent = observations(wrote(symptoms=Symptoms(cough=True, fever=False)))
    assert (codes(there["code"]), codes(there["valueCodeableConcept"])) == ({"75325-1"}, {"cough", "49727002"})
    assert (codes(absent["code"]), codes(absent["valueCodeableConcept"])) == ({"111551-8"}, {"fever", "386661006"})
    assert there["valueCodeableConcept"]["text"] == "Cough"
    assert observations(wrote()) == []


def test_it_is_about_the_day_and_was_issued_with_the_offset_of_the_phone() -> None:
    (one,) = observations(wrote(symptoms=Symptoms(cough=True)))
    assert (one["effectiveDateTime"], one["issued"]) == ("2026-06-02", "2026-06-02T08:30:00+02:00")


def test_a_score_says_which_pain_and_zero_is_a_score() -> None:
    worst, night = observations(wrote(worst_pain=7, night_pain=0))
    assert codes(night["code"]) == {"night-pain", "72514-3"}
    assert codes(worst["code"]) == {"worst-pain", "72514-3"}
    assert night["valueQuantity"] == {
        "value": 0,
        "unit": "{score}",
        "system": "http://unitsofmeasure.org",
        "code": "{score}",
    }


def test_a_weight_is_a_vital_sign_in_kilograms() -> None:
    (weight,) = observations(wrote(weight_kg=70.05))
    assert weight["meta"]["profile"] == [BODY_WEIGHT]
    assert codes(weight["code"]) == {"29463-7"}
    assert (weight["valueQuantity"]["value"], weight["valueQuantity"]["code"]) == (70.05, "kg")


def test_pain_is_where_it_was_named_with_what_it_is_like() -> None:
    back, leg = observations(wrote(sites=["lower_back", "leg"], qualities=["burning"]))
    assert codes(back["valueCodeableConcept"]) == {"22253000"}
    assert (codes(back["bodySite"]), codes(leg["bodySite"])) == ({"site-lower-back", "37822005"}, {"site-leg"})
    assert codes(leg["component"][0]["valueCodeableConcept"]) == {"quality-burning"}


def test_what_no_guide_has_a_code_for_has_our_own_and_none_that_says_less() -> None:
    given = wrote(worse_lying_down=True, symptoms=Symptoms(sudden_breathlessness=False, saddle_numbness=True))
    for one in observations(given):
        assert {coding["system"] for coding in one["valueCodeableConcept"]["coding"]} == {code_system()}


def test_who_wrote_it_is_its_performer_and_has_no_name_for_strangers() -> None:
    people = made(wrote(worst_pain=1), by=BOB)
    (related,) = [one for one in people if one["resourceType"] == "RelatedPerson"]
    (observation,) = [one for one in people if one["resourceType"] == "Observation"]
    assert observation["performer"] == [{"reference": f"urn:uuid:{related['id']}"}]
    assert related["patient"] == {"reference": f"urn:uuid:{PATIENT}"}
    assert "name" not in related
    assert str(BOB) not in str(people)
    (of_alice,) = observations(wrote(worst_pain=1))
    assert of_alice["performer"] == [{"reference": f"urn:uuid:{PATIENT}"}]


def test_what_is_not_known_of_the_person_is_left_out() -> None:
    assert made()[0] == {"resourceType": "Patient", "id": str(PATIENT), "name": [{"text": "Alice"}]}
    known = readings.reading(profile=Profile(birth_year=1961, smoking="former", cancer_history=False))
    patient, cancer, smoking = made(reading=known, sex="female")
    assert (patient["birthDate"], patient["gender"]) == ("1961", "female")
    assert (codes(cancer["code"]), cancer["valueBoolean"]) == ({"cancer-history"}, False)
    assert codes(smoking["valueCodeableConcept"]) == {"smoking-former"}


def test_a_tablet_is_a_statement_with_its_daily_dose_and_exercise_is_a_procedure() -> None:
    tried = [
        readings.treatment("Ibuprofen", daily_dose=1200, dose_unit="mg", stopped_on=readings.day(9)),
        readings.treatment("Stretching", kind="home_exercise"),
    ]
    _, tablet, exercise = made(reading=readings.reading(treatments=tried))
    assert (tablet["resourceType"], tablet["status"]) == ("MedicationStatement", "completed")
    assert tablet["effectivePeriod"] == {"start": "2026-06-01", "end": "2026-06-10"}
    rate = tablet["dosage"][0]["doseAndRate"][0]["rateRatio"]
    assert (rate["numerator"], rate["denominator"]["code"]) == ({"value": 1200, "unit": "mg"}, "d")
    assert (exercise["resourceType"], exercise["status"]) == ("Procedure", "in-progress")
    assert (codes(exercise["code"]), exercise["code"]["text"]) == ({"treatment-home-exercise"}, "Stretching")


def test_an_alert_is_a_flag_that_cites_what_was_noted_on_its_days_and_no_absent_symptom() -> None:
    noted = wrote(symptoms=Symptoms(saddle_numbness=True, cough=False), night_pain=6)
    resources = made(noted, reading=readings.reading(alerts=[readings.alert(1), readings.alert(2, state="closed")]))
    first, second = [one for one in resources if one["resourceType"] == "Flag"]
    cites = {one["valueReference"]["reference"].removeprefix("urn:uuid:") for one in first["extension"]}
    said = {one["id"] for one in resources if one["resourceType"] == "Observation" and "cough" not in str(one)}
    assert cites == said
    assert (first["status"], second["status"], "extension" in second) == ("active", "inactive", False)
    assert codes(first["code"]) == {"rule-cauda-equina"}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bundle_of_any_diary_has_the_shapes_of_r4b(seed: int) -> None:
    Bundle.model_validate(random_bundle(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_every_id_is_given_once_and_every_reference_leads_somewhere(seed: int) -> None:
    document = random_bundle(seed)
    urls = [entry["fullUrl"] for entry in document["entry"]]
    assert len(urls) == len(set(urls))
    assert {f"urn:uuid:{entry['resource']['id']}" for entry in document["entry"]} == set(urls)
    assert {one for one in found_under("reference", document) if isinstance(one, str)} <= {*urls}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_diary_has_the_same_ids_again(seed: int) -> None:
    first, second = random_bundle(seed), random_bundle(seed)
    from_rows = {"Flag", "Communication", "Consent"}  # which these tests make with new ids each time
    for one, again in zip(first["entry"], second["entry"], strict=True):
        if one["resource"]["resourceType"] not in from_rows:
            assert one["fullUrl"] == again["fullUrl"]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_claims_a_profile_of_the_symptoms_guide_keeps_to_it(seed: int) -> None:
    """As the guide's source has the profiles (STU 1.0.0): it is not on any registry of packages."""
    for resource in (entry["resource"] for entry in random_bundle(seed)["entry"]):
        for profile in resource.get("meta", {}).get("profile", []):
            assert re.fullmatch(r"\d{4}-\d\d-\d\d", resource["effectiveDateTime"])
            assert resource["status"] == "final"
            assert len(resource["performer"]) == 1
            assert not {"dataAbsentReason", "interpretation", "specimen", "device", "referenceRange"} & resource.keys()
            PROFILES[profile](resource)


def _symptom(resource: Json) -> None:
    assert codes(resource["code"]) == {"75325-1"}
    _has_symptom_category_and_value(resource)
    for component in resource.get("component", []):
        assert codes(component["code"]) == {"56823-8"}
        assert "valueCodeableConcept" in component


def _absent(resource: Json) -> None:
    assert codes(resource["code"]) == {"111551-8"}
    _has_symptom_category_and_value(resource)


def _has_symptom_category_and_value(resource: Json) -> None:
    (category,) = resource["category"]
    system = "http://hl7.org/fhir/uv/symptoms/CodeSystem/SymptomTemporary"
    assert category["coding"] == [{"system": system, "code": "symptom"}]
    assert resource["valueCodeableConcept"]["text"]


def _assessment(resource: Json) -> None:
    assert resource["category"][0]["coding"][0]["code"] == "survey"
    assert 0 <= resource["valueQuantity"]["value"] <= 10
    assert not {"hasMember", "component"} & resource.keys()


def _weight(resource: Json) -> None:
    """FHIR R4's own profile of a body weight."""
    assert resource["category"][0]["coding"][0]["code"] == "vital-signs"
    assert codes(resource["code"]) == {"29463-7"}
    assert resource["valueQuantity"]["unit"] == resource["valueQuantity"]["code"] == "kg"


PROFILES = {SYMPTOM: _symptom, SYMPTOM_ABSENT: _absent, ASSESSMENT: _assessment, BODY_WEIGHT: _weight}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_code_of_ours_is_in_the_published_code_system(seed: int) -> None:
    ours = {
        coding["code"]
        for coding in found_under("coding", random_bundle(seed), flat=True)
        if coding["system"] == code_system()
    }
    assert ours <= {concept["code"] for concept in published()["concept"]}


def test_every_code_is_named_once_in_the_code_system_in_every_language() -> None:
    concepts = published()["concept"]
    assert len({concept["code"] for concept in concepts}) == published()["count"] == len(OWN)
    (cough,) = [concept for concept in concepts if concept["code"] == "cough"]
    assert {one["language"]: one["value"] for one in cough["designation"]} == {
        "de": "Husten",
        "es": "Tos",
        "fr": "Toux",
    }


def test_every_published_code_is_in_the_document_with_its_source() -> None:
    told = (ROOT / "docs" / "fhir.md").read_text()
    for code in {*SNOMED_OF_SITES.values(), *SNOMED_OF_SYMPTOMS.values(), "22253000", "72514-3", "29463-7", "111551-8"}:
        assert f"| {code} |" in told, code


def found_under(name: str, part: Any, *, flat: bool = False) -> Iterator[Any]:
    """Every value with this name anywhere in a document; with `flat` each item of those that are lists."""
    if isinstance(part, dict):
        for key, inner in part.items():
            if key == name:
                yield from inner if flat else [inner]
            if key != name or not isinstance(inner, str):
                yield from found_under(name, inner, flat=flat)
    elif isinstance(part, list):
        for inner in part:
            yield from found_under(name, inner, flat=flat)
