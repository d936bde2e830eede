"""What the alerts keep about someone, as files of the account's export (`diary.account.export`)."""

from collections.abc import Iterator
from typing import Any, Final

from alerts.escalation.policy import stored_policy
from alerts.followed import with_followed
from alerts.models import Alert, Courtesy, Finding, Response, Snooze, Unsubscription
from alerts.responses import note_of
from alerts.showing.alert import presented
from alerts.webhooks import registering
from diary.account.archive import ExportedFile
from diary.account.export import Subject, json_file
from diary.models import Patient
from diary.reaching.languages import language_of

_COURTESY: Final = ("kind", "occasion", "state", "channel", "created_at", "sent_at", "delivered_at", "opened_at")
_FINDING: Final = ("id", "alert_id", "rule", "rule_version", "tier", "met_on", "found_on", "evidence", "withdrawn_at")


def alert_files(subject: Subject) -> Iterator[ExportedFile]:
    """Every alert with what became of its messages, every finding behind them, how one is notified, and webhooks
    without their secrets.
    """
    patient = Patient.objects.select_related("user").get(pk=subject.patient_id)
    found = Alert.objects.filter(patient=patient).order_by("found_on", "pk")
    alerts = with_followed(found, reader_id=patient.user_id, now=subject.now)
    yield json_file("alerts.json", presented(alerts, level="own", language=language_of(user_id=patient.user_id)))
    yield json_file("escalation.json", stored_policy(patient_id=patient.pk).presented())
    findings = Finding.objects.filter(patient=patient).order_by("met_on", "pk")
    yield json_file("findings.json", list(findings.values(*_FINDING)))
    yield json_file("messages.json", _messages(subject))
    living = registering.living(subject.user_id).select_related("user")
    webhooks = [registering.StoredWebhook(row) for row in living.order_by("id")]
    yield json_file("webhooks.json", [registering.presented(webhook) for webhook in webhooks])


def _messages(subject: Subject) -> dict[str, Any]:
    """What someone wants to hear no more, or not now, what they did about alerts, and messages to them about none."""
    mine = {"user_id": subject.user_id}
    return {
        "snoozes": list(Snooze.objects.filter(**mine).order_by("pk").values("alert_id", "until")),
        "unsubscriptions": list(
            Unsubscription.objects.filter(**mine).order_by("pk").values("patient_id", "tier", "at")
        ),
        "responses": [
            {"alert_id": one.alert_id, "did": one.word, "at": one.at, "note": note_of(one)}
            for one in Response.objects.filter(**mine).order_by("pk")
        ],
        "courtesies": list(Courtesy.objects.filter(**mine).order_by("created_at", "pk").values(*_COURTESY)),
    }
