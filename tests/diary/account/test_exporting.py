"""Everything about someone in one archive."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from alerts.models import Alert, Courtesy, Snooze, Unsubscription
from diary.format import document
from diary.models import Phone
from tests.cast import Person, send
from tests.diary.account.conftest import PASSWORD
from tests.diary.recordings import entry, event, full_entry, treatment
from tests.downloads import download


def archive(person: Person) -> dict[str, bytes]:
    file = download(person, "account/export")
    assert (file.content_type, file.disposition) == ("application/zip", 'attachment; filename="symptom-diary.zip"')
    return file.archive


@pytest.fixture
def full(alice: Person, bob: Person, dana: Person) -> Person:
    """Alice with something of everything."""
    today = timezone.now().date().isoformat()
    alice.patch("preferences", {"language": "es"})
    alice.put(f"devices/{(id_ := entry()['id'])}", {"id": id_, "platform": "ios", "push_token": "push-token-of-her"})
    assert alice.put("account/consent", {"version": "1", "age_at_least": 18, "region": "ES"}).status == 200
    Phone.objects.create(user=alice.user, number="+34600000001", verified_at=timezone.now())
    alice.put(f"webhooks/{(id_ := entry()['id'])}", {"id": id_, "url": "https://hook.example/"})
    for kind, sent in (
        ("entries", full_entry()),
        ("entries", entry(date=today, recorded_at=f"{today}T00:00:00Z", symptoms={"saddle_numbness": True})),
        ("treatments", treatment()),
        ("events", event(note="=SUM(A1)")),
    ):
        assert alice.put(f"patients/me/{kind}/{sent['id']}", sent).status == 201
    alice.post("patients/me/caregivers", {"email": "invited@example.org", "level": "read"})
    wants_to_be_told_otherwise(alice)
    bob.cares_for(alice, "read")
    alice.cares_for(dana, "alerts")
    bob.get(f"patients/{alice.patient_id}/entries")
    return alice


def wants_to_be_told_otherwise(person: Person) -> None:
    """A policy, a snooze, an unsubscription and a nudge."""
    policy = person.get("patients/me/escalation").body | {"urgent": {"wait_minutes": 60, "rounds": 2}}
    del policy["version"]
    assert person.put("patients/me/escalation", policy).status == 200
    alert, tomorrow = Alert.objects.get(patient=person.patient_id), timezone.now() + timedelta(days=1)
    Snooze.objects.create(alert=alert, user=person.user, until=tomorrow)
    assert person.post(f"patients/me/alerts/{alert.pk}/acknowledge", {"note": "On my way."}).status == 200
    Unsubscription.objects.create(patient_id=person.patient_id, user=person.user, tier="see_doctor", at=timezone.now())
    now = timezone.now()
    Courtesy.objects.create(
        user=person.user, kind="reminder", occasion="2026-06-30", created_at=now, due_at=now, until=now
    )


def test_every_row_is_in_it(full: Person, bob: Person, dana: Person) -> None:
    files = archive(full)
    assert set(files) == {
        "account.json",
        "diary.json",
        "entries.csv",
        "treatments.csv",
        "events.csv",
        "imports.json",
        "care-circle.json",
        "caring.json",
        "consent-history.json",
        "access-log.jsonl",
        "alerts.json",
        "escalation.json",
        "findings.json",
        "messages.json",
        "webhooks.json",
        "shares.json",
    }
    read: dict[str, Any] = {name: json.loads(raw) for name, raw in files.items() if name.endswith(".json")}
    assert len(document.parse(files["diary.json"]).entries) == 2
    assert len(list(csv.DictReader(io.StringIO(files["entries.csv"].decode())))) == 2
    assert b"'=SUM(A1)" in files["events.csv"]
    assert read["account.json"]["addresses"] == [{"email": full.email, "verified": True, "primary": True}]
    assert read["account.json"]["preferences"]["language"] == "es"
    assert read["account.json"]["devices"][0]["push_token_hint"] == "…-her"
    (consent,) = read["account.json"]["health_consents"]
    assert (consent["given"], consent["version"], consent["age_at_least"]) == (True, "1", 18)
    assert read["account.json"]["phone"]["number"] == "+34600000001"
    assert {place["email"] for place in read["care-circle.json"]} == {"invited@example.org", bob.email}
    assert [place["patient_id"] for place in read["caring.json"]] == [str(dana.patient_id)]
    assert [record["action"] for record in read["consent-history.json"]] == ["invited"]
    assert [alert["rule"] for alert in read["alerts.json"]] == ["cauda_equina"]
    assert read["alerts.json"][0]["escalation"][0]["step"] == "told"
    assert [finding["rule"] for finding in read["findings.json"]] == ["cauda_equina"]
    assert read["escalation.json"]["urgent"] == {"wait_minutes": 60, "rounds": 2}
    assert [snooze["alert_id"] for snooze in read["messages.json"]["snoozes"]] == [read["alerts.json"][0]["id"]]
    assert [one["tier"] for one in read["messages.json"]["unsubscriptions"]] == ["see_doctor"]
    assert read["messages.json"]["courtesies"][0]["occasion"] == "2026-06-30"
    assert [(one["did"], one["note"]) for one in read["messages.json"]["responses"]] == [("acknowledged", "On my way.")]
    assert read["alerts.json"][0]["responses"][0]["note"] == "On my way."
    assert [webhook["url"] for webhook in read["webhooks.json"]] == ["https://hook.example/"]
    lines = [json.loads(line) for line in files["access-log.jsonl"].splitlines()]
    assert (lines[0]["action"], lines[0]["resource"]) == ("exported", "account")
    assert "Bob" in {line["actor_name"] for line in lines}


def test_nothing_secret_is_in_it(full: Person) -> None:
    full.send("DELETE", "account", {"password": PASSWORD})
    everything = b"".join(archive(full).values()).decode()
    assert full.token not in everything
    assert full.user.password not in everything
    assert "digest" not in everything
    assert "whsec_" not in everything
    assert "push-token-of-her" not in everything


def test_nobody_elses_diary_is_in_it(full: Person, dana: Person) -> None:
    sent = entry(note="of Dana")
    dana.put(f"patients/me/entries/{sent['id']}", sent)
    assert "of Dana" not in b"".join(archive(full).values()).decode()


def test_an_account_without_anything_has_an_archive_too(dana: Person) -> None:
    files = archive(dana)
    assert json.loads(files["alerts.json"]) == []
    assert json.loads(files["account.json"])["devices"] == []


def test_a_long_access_log_comes_whole(alice: Person) -> None:
    for smoking in ("never", "former") * 6:
        alice.patch("patients/me/profile", {"smoking": smoking})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("diary.account.export._LINES", 5)
        assert len(archive(alice)["access-log.jsonl"].splitlines()) == 13


def test_it_is_for_the_signed_in_only(db: None) -> None:
    assert send("GET", "account/export").status == 401


EXPORTED = {
    "diary.AccessLine": "access-log.jsonl",
    "diary.Caregiver": "care-circle.json, caring.json",
    "diary.ConsentRecord": "consent-history.json",
    "diary.Device": "account.json",
    "diary.FailingEndpoint": "account.json",
    "diary.Entry": "diary.json, entries.csv",
    "diary.Event": "diary.json, events.csv",
    "diary.HealthConsent": "account.json",
    "diary.FactorRemoval": "account.json",
    "diary.LocalZone": "account.json",
    "diary.Import": "imports.json",
    "diary.Patient": "diary.json",
    "diary.Phone": "account.json",
    "diary.Preferences": "account.json",
    "diary.ReminderPlan": "account.json",
    "diary.Session": "account.json",
    "diary.Treatment": "diary.json, treatments.csv",
    "diary.Undo": "account.json",
    "account.EmailAddress": "account.json",
    "mfa.Authenticator": "account.json",
    "alerts.Alert": "alerts.json",
    "alerts.Delivery": "alerts.json",
    "alerts.EscalationPolicy": "escalation.json",
    "alerts.EscalationStep": "alerts.json",
    "alerts.Finding": "findings.json",
    "alerts.Courtesy": "messages.json",
    "alerts.Response": "alerts.json, messages.json",
    "alerts.Snooze": "messages.json",
    "alerts.Unsubscription": "messages.json",
    "alerts.Webhook": "webhooks.json",
    "papers.Share": "shares.json, access-log.jsonl",
}
NOTHING_TO_TAKE = {
    "account.EmailConfirmation": "a secret of a confirmation by link, which is not in use",
    "alerts.ScreeningFailure": "about our failure, while it lasts",
    "diary.InvitationRefusal": "the wish of someone else, of whom only a hash is kept",
    "diary.Notice": "a message on its way, gone once it is sent",
    "diary.ErasureRequest": "a hashed code, for a quarter of an hour",
    "diary.TakenBack": "ids alone, for phones that have yet to hear that the rows are gone",
    "diary.SupportStaff": "rights of staff",
    "diary.User_groups": "rights of staff",
    "diary.User_user_permissions": "rights of staff",
}


def test_whatever_is_kept_about_people_is_in_the_archive_or_said_why_not() -> None:
    about = {"diary.User", "diary.Patient", "alerts.Alert", "account.EmailAddress"}
    kept = {
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.many_to_one or field.one_to_one
        if not field.auto_created
        if field.related_model and field.related_model._meta.label in about
    }
    assert kept | {"diary.AccessLine"} == EXPORTED.keys() | NOTHING_TO_TAKE.keys()
