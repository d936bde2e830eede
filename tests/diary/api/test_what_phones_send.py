"""What phones send by nature, over HTTP: one by one, in a sync, in a document, and in what is refused."""

from typing import Any

from tests.cast import Person
from tests.diary.recordings import entry, event, treatment


def test_what_was_read_is_sent_back_as_it_is(alice: Person) -> None:
    for address, sent in (("entries", entry()), ("treatments", treatment()), ("events", event())):
        path = f"patients/me/{address}/{sent['id']}"
        alice.put(path, sent)
        read = alice.get(path).body
        again = alice.put(path, read)
        assert (again.status, again.body["version"]) == (200, 1)
    profile = alice.get("patients/me/profile").body
    assert alice.patch("patients/me/profile", profile).status == 200


def test_a_weight_is_kept_with_two_decimals_everywhere(alice: Person) -> None:
    one, two, three = (entry(weight_kg=weight) for weight in (70.0999984741211, 154.4 * 0.45359237, 70.10000000000001))
    alice.put(f"patients/me/entries/{one['id']}", one)
    change = {"type": "entry", "op": "put", "id": two["id"], "data": two}
    alice.post("patients/me/sync", {"cursor": None, "changes": [change]})
    document = {"format": "symptom-diary/1", "patient": {}, "entries": [three], "treatments": [], "events": []}
    assert alice.post("patients/me/import", document).status == 200
    kept = {row["id"]: row["weight_kg"] for row in alice.get("patients/me/entries").body["items"]}
    assert kept == {one["id"]: 70.1, two["id"]: 70.03, three["id"]: 70.1}


def test_the_same_weight_again_is_the_same_entry(alice: Person) -> None:
    sent = entry(weight_kg=70.0999984741211)
    path = f"patients/me/entries/{sent['id']}"
    assert alice.put(path, sent).status == 201
    assert alice.put(path, sent).body["version"] == 1


def test_zones_are_iana_names_or_offsets(alice: Person) -> None:
    for zone in ("GMT+02:00", "+02:00", "UTC+2", "Asia/Calcutta"):
        sent = entry(time_zone=zone)
        assert alice.put(f"patients/me/entries/{sent['id']}", sent).body["time_zone"] == zone
    assert alice.patch("patients/me/profile", {"time_zone": "GMT-03:30"}).status == 200
    quiet = {"quiet_hours": {"start": "22:00", "end": "07:00"}}
    assert alice.patch("preferences", quiet).status == 200


def test_a_danger_sign_from_a_fixed_offset_is_answered_with_a_number(alice: Person) -> None:
    answer = put_sign(alice, time_zone="GMT+02:00")
    assert (answer.status, [sign["rule"] for sign in answer.body["raised"]]) == (201, ["cauda_equina"])


def test_a_danger_sign_beside_nulls_is_answered_in_a_refusal_too(alice: Person) -> None:
    answer = put_sign(alice, night_pain=11, symptoms={"saddle_numbness": True, "cough": None}, weight_kg=70.123456)
    assert (answer.status, [sign["rule"] for sign in answer.body["raised"]]) == (400, ["cauda_equina"])


def test_a_proxy_may_have_made_the_tag_weak(alice: Person) -> None:
    sent = entry()
    path = f"patients/me/entries/{sent['id']}"
    alice.put(path, sent)
    answer = alice.put(path, {**sent, "worst_pain": 6}, **{"If-Match": 'W/"1"'})
    assert (answer.status, answer.body["version"]) == (200, 2)


def put_sign(person: Person, **answers: Any) -> Any:
    sent = entry(**{"symptoms": {"saddle_numbness": True}, **answers})
    return person.put(f"patients/me/entries/{sent['id']}", sent)
