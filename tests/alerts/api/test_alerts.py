"""The alerts over HTTP: what each reader sees, and "I have seen it"."""

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from alerts.models import Alert, Delivery, Response
from alerts.screening.diary import screen_diary
from tests.alerts.api.paths import hers
from tests.alerts.diaries import entry, nights_that_no_tablet_helped, saddle_numbness, write
from tests.cast import Person, send


@pytest.fixture
def emergency(alice: Person) -> str:
    """Alice noted saddle numbness today; the path of the alert in her own diary."""
    write(alice, saddle_numbness(timezone.now().date()), now=timezone.now())
    return f"patients/me/alerts/{Alert.objects.get().pk}"


def test_the_patient_sees_what_was_found_what_to_do_and_who_was_told(
    alice: Person, bob: Person, emergency: str
) -> None:
    alert = alice.get(emergency).body
    today = timezone.now().date().isoformat()
    assert (alert["rule"], alert["rule_version"], alert["tier"], alert["state"]) == (
        "cauda_equina",
        1,
        "emergency",
        "open",
    )
    assert alert["met_on"] == alert["found_on"] == today
    assert alert["evidence"]["days"] == [today]
    assert alert["evidence"]["counts"]["signs"]["found"] == ["saddle_numbness"]
    assert alert["evidence"]["trials"] == []
    assert "call 112" in alert["advice"]
    assert [(told["recipient"]["name"], told["channel"], told["state"]) for told in alert["deliveries"]] == [
        ("Alice", "email", "owed")
    ]


@pytest.mark.parametrize(
    ("emergency_is", "order"),
    [
        ("open", ["cauda_equina", "night_rest_not_responding"]),
        ("acknowledged", ["night_rest_not_responding", "cauda_equina"]),
    ],
)
def test_the_list_shows_open_emergencies_and_then_the_newest_first_in_pages(
    alice: Person, emergency: str, emergency_is: str, order: list[str]
) -> None:
    write(alice, *nights_that_no_tablet_helped(until=timezone.now().date()), now=timezone.now())
    screen_diary(patient_id=alice.patient_id, now=timezone.now())
    Alert.objects.filter(rule="cauda_equina").update(found_on="2020-01-01")
    if emergency_is == "acknowledged":
        alice.post(f"{emergency}/acknowledge", {})
    first = alice.get("patients/me/alerts?limit=1").body
    second = alice.get(f"patients/me/alerts?limit=1&cursor={first['next_cursor']}").body
    assert [page["items"][0]["rule"] for page in (first, second)] == order
    assert second["next_cursor"] is None


def test_a_cursor_of_another_diary_is_refused(alice: Person, bob: Person, emergency: str) -> None:
    write(alice, *nights_that_no_tablet_helped(until=timezone.now().date()), now=timezone.now())
    screen_diary(patient_id=alice.patient_id, now=timezone.now())
    foreign = alice.get("patients/me/alerts?limit=1").body["next_cursor"]
    assert bob.get(f"patients/me/alerts?cursor={foreign}").status == 400


@pytest.mark.parametrize(("level", "sees_evidence"), [("alerts", False), ("read", True), ("log", True)])
def test_a_caregiver_sees_evidence_only_when_they_may_see_the_diary(
    alice: Person, bob: Person, emergency: str, level: str, sees_evidence: bool
) -> None:
    bob.cares_for(alice, level)  # type: ignore[arg-type]
    alert = bob.get(hers(alice, emergency)).body
    assert (alert["evidence"] is not None) is (alert["explained"] is not None) is sees_evidence
    assert "Call or go to Alice now" in alert["advice"]


def test_the_patient_reads_which_sign_it_was_and_the_doctor_what_was_counted(alice: Person, emergency: str) -> None:
    today = date_format(timezone.now().date(), "DATE_FORMAT")
    assert alice.get(emergency).body["explained"] == {
        "noted": f"On {today} you noted: numbness between the legs. With back pain, this can't wait.",
        "doctor": [
            f"Counted as of {today}; based on 1 day: {today}.",
            "Noted that day: numbness between the legs.",
        ],
        "trials": [],
    }


def test_who_may_read_the_diary_reads_about_the_patient(alice: Person, bob: Person, emergency: str) -> None:
    bob.cares_for(alice, "read")
    noted = bob.get(hers(alice, emergency)).body["explained"]["noted"]
    assert "Alice noted: numbness between the legs." in noted


def test_evidence_kept_before_it_said_as_of_when_is_shown_all_the_same(alice: Person, emergency: str) -> None:
    kept = Alert.objects.get()
    del kept.evidence["as_of"]
    kept.save()
    shown = alice.get(emergency).body
    assert shown["evidence"]["as_of"] == shown["met_on"]


def test_strangers_the_signed_out_and_the_missing_get_the_same_answer(
    alice: Person, charlie: Person, emergency: str
) -> None:
    path = hers(alice, emergency)
    missing = alice.get(f"patients/me/alerts/{alice.id}")
    for method, address in (("GET", path), ("POST", f"{path}/acknowledge"), ("GET", path.rpartition("/")[0])):
        refused = charlie.send(method, address, {} if method == "POST" else None)
        assert (refused.status, refused.body) == (missing.status, missing.body) == (404, missing.body)
        assert send(method, address).status == 401


def test_somebody_elses_alert_is_not_found_in_my_own_diary(charlie: Person, emergency: str) -> None:
    assert charlie.get(emergency).status == 404
    assert charlie.post(f"{emergency}/acknowledge", {}).status == 404
    assert Alert.objects.get().state == "open"


def test_a_watch_is_for_the_patient_alone(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "log")
    today = timezone.now().date()
    nights = nights_that_no_tablet_helped(until=today, weeks=1)
    write(alice, *nights, entry(today, night_pain=5), now=timezone.now())
    screen_diary(patient_id=alice.patient_id, now=timezone.now())
    (watch,) = alice.get("patients/me/alerts").body["items"]
    assert (watch["tier"], watch["deliveries"]) == ("watch", [])
    assert bob.get(f"patients/{alice.patient_id}/alerts").body["items"] == []
    assert bob.get(f"patients/{alice.patient_id}/alerts/{watch['id']}").status == 404


def test_a_caregivers_acknowledgement_is_shown_to_everyone(alice: Person, bob: Person, emergency: str) -> None:
    bob.cares_for(alice, "alerts")
    answer = bob.post(f"{hers(alice, emergency)}/acknowledge", {})
    assert (answer.status, answer.body["state"]) == (200, "acknowledged")
    seen = alice.get(emergency).body
    assert (seen["state"], seen["acknowledged_by"]) == ("acknowledged", {"id": str(bob.id), "name": "Bob"})


def test_acknowledging_again_changes_nothing(alice: Person, bob: Person, emergency: str) -> None:
    bob.cares_for(alice, "alerts")
    first = bob.post(f"{hers(alice, emergency)}/acknowledge", {}).body
    again = alice.post(f"{emergency}/acknowledge", {}).body
    assert first["acknowledged_at"] == again["acknowledged_at"]
    assert again["acknowledged_by"]["name"] == "Bob"


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"note": ""}', b'{"note": "a", "note": "b"}'])
def test_an_acknowledgement_is_an_object_with_a_note_at_most(alice: Person, emergency: str, body: bytes) -> None:
    assert alice.post(f"{emergency}/acknowledge", body).status == 400
    assert Alert.objects.get().state == "open"


def test_what_happened_to_a_message_is_told(alice: Person, emergency: str) -> None:
    Delivery.objects.update(state="failed", attempts=1, next_attempt_at=None, last_error="SMTP 550")
    (told,) = alice.get(emergency).body["deliveries"]
    assert (told["state"], told["attempts"], told["last_error"], told["sent_at"]) == ("failed", 1, "SMTP 550", None)


@pytest.mark.parametrize("sealed", [b"sealed with a key that was lost", b"\xff\x00 no text at all"])
def test_a_note_that_no_key_opens_hides_nothing_else(alice: Person, bob: Person, emergency: str, sealed: bytes) -> None:
    bob.cares_for(alice, "read")
    bob.post(f"{hers(alice, emergency)}/acknowledge", {"note": "I'll come along."})
    assert [one["note"] for one in alice.get(emergency).body["responses"]] == ["I'll come along."]
    Response.objects.update(note=sealed)
    [shown] = alice.get(emergency).body["responses"]
    assert (shown["did"], shown["who"]["name"], shown["note"]) == ("acknowledged", "Bob", None)
