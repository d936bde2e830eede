"""Who the diary is about."""

from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Person
from tests.diary.recordings import entry

PROFILE = "patients/me/profile"


def test_a_new_profile_has_no_answers(alice: Person) -> None:
    answer = alice.get(PROFILE)
    assert (answer.status, answer.headers["ETag"]) == (200, '"1"')
    assert answer.body.pop("id") == str(alice.patient_id)
    assert answer.body.pop("version") == 1
    assert len(answer.body) == 15
    assert set(answer.body.values()) == {None}


def test_given_fields_change_and_the_others_stay(alice: Person) -> None:
    alice.patch(PROFILE, {"birth_year": 1961, "cancer_history": False, "region": "ES"})
    answer = alice.patch(PROFILE, {"birth_year": None, "time_zone": "Europe/Madrid"})
    assert (answer.status, answer.body["version"], answer.headers["ETag"]) == (200, 3, '"3"')
    assert answer.body["cancer_history"] is False
    assert (answer.body["birth_year"], answer.body["region"]) == (None, "ES")
    assert answer.body == {**alice.get(PROFILE).body, "raised": []}


def test_nothing_new_changes_nothing(alice: Person) -> None:
    alice.patch(PROFILE, {"smoking": "former"})
    for headers in ({}, {"If_Match": '"1"'}):
        assert alice.patch(PROFILE, {"smoking": "former"}, **headers).body["version"] == 2
    assert alice.patch(PROFILE, {}).body["version"] == 2


def test_a_stale_version_shows_what_stands(alice: Person) -> None:
    alice.patch(PROFILE, {"sex": "female"}, If_Match='"1"')
    stale = alice.patch(PROFILE, {"sex": "other"}, If_Match='"1"')
    assert (stale.status, stale.body["current"]) == (412, alice.get(PROFILE).body)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("user", 1),
        ("birth_year", 1899),
        ("birth_year", "1961"),
        ("sex", "f"),
        ("region", "es"),
        ("phone_for_circle", "600000001"),
        ("phone_for_circle", "+34600000001\n"),
        ("region", "ES\n"),
        ("time_zone", "Madrid"),
        ("language", "xx"),
        ("osteoporosis", 1),
    ],
)
def test_what_a_profile_does_not_hold_is_refused_by_name(alice: Person, field: str, value: Any) -> None:
    answer = alice.patch(PROFILE, {field: value})
    assert (answer.status, answer.pointers) == (400, {f"/{field}"})


def test_a_change_gives_the_screening_something_to_do(alice: Person) -> None:
    alice.patch(PROFILE, {"cancer_history": True})
    patient = alice.user.patient
    patient.refresh_from_db()
    assert (patient.revision, patient.screened_revision) == (1, 0)
    assert patient.unscreened_since is not None


@pytest.fixture
def painful_night(alice: Person) -> str:
    """Alice noted a bad night today, which is nothing urgent by itself."""
    today = timezone.now().date().isoformat()
    noted = entry(date=today, recorded_at=f"{today}T00:00:00Z", night_pain=6)
    assert alice.put(f"patients/me/entries/{noted['id']}", noted).body["raised"] == []
    return today


def test_what_it_makes_of_a_painful_night_is_in_the_answer(alice: Person, painful_night: str) -> None:
    (sign,) = alice.patch("patients/me/profile", {"cancer_history": True}).body["raised"]
    assert (sign["rule"], sign["tier"], sign["state"]) == ("cancer_history_spinal_pain", "urgent", "open")
    assert (sign["news"], sign["stored"]) == (True, True)
    (again,) = alice.patch("patients/me/profile", {"cancer_history": True}).body["raised"]
    assert (again["alert"], again["news"]) == (sign["alert"], False)
    assert alice.patch("patients/me/profile", {"smoking": "never"}).body["raised"] == []


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ({"cancer_history": True, "birth_year": 5}, {}, 400),
        ({"cancer_history": True, "mood": "low"}, {}, 400),
        ({"cancer_history": True}, {"If_Match": '"7"'}, 412),
    ],
)
def test_a_change_that_is_refused_carries_the_signs_all_the_same(
    alice: Person, painful_night: str, body: dict[str, Any], headers: dict[str, str], status: int
) -> None:
    refused = alice.patch("patients/me/profile", body, **headers)
    assert refused.status == status
    (sign,) = refused.body["raised"]
    assert (sign["rule"], sign["alert"], sign["stored"]) == ("cancer_history_spinal_pain", None, False)
    assert alice.get("patients/me/alerts").body["items"] == []
    assert alice.get("patients/me/profile").body["cancer_history"] is None
