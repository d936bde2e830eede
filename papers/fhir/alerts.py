"""What the rules found, and who was told: Flag, Communication."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from alerts.models import Alert
from papers.fhir.coding import FLAG_CATEGORIES, Json, coding, concept, own
from papers.fhir.ids import cited
from papers.fhir.observations import Observed
from papers.fhir.people import performer
from papers.reading import Reading, Records

_DETAIL: Final = "http://hl7.org/fhir/StructureDefinition/flag-detail"
"""What a flag is based on (FHIR R4's own extension)."""


def flags(reading: Reading, records: Records, observed: Sequence[Observed]) -> Iterator[Json]:
    """The alerts, each with what was noted on the days that it is based on; an absent symptom says nothing for one."""
    for alert in reading.alerts:
        days = {date.fromisoformat(day) for day in alert.evidence["days"]}
        cites = [one.resource["id"] for one in observed if one.day in days and not one.is_no]
        yield {
            "resourceType": "Flag",
            "id": str(alert.pk),
            **({"extension": [{"url": _DETAIL, "valueReference": cited(id_)} for id_ in cites]} if cites else {}),
            "status": "inactive" if alert.state == "closed" else "active",
            "category": [concept(coding(FLAG_CATEGORIES, "clinical"))],
            "code": concept(own(alert.rule, "rule")),
            "subject": cited(records.patient_id),
            "period": _period(alert),
        }


def communications(records: Records) -> Iterator[Json]:
    """The messages that were sent about them."""
    for message in records.messages:
        if message.sent_at is not None:
            received = {"received": message.delivered_at.isoformat()} if message.delivered_at else {}
            yield {
                "resourceType": "Communication",
                "id": str(message.pk),
                "status": "completed",
                "medium": [concept(text=message.channel)],
                "subject": cited(records.patient_id),
                "about": [cited(message.alert_id)],
                "sent": message.sent_at.isoformat(),
                **received,
                "recipient": [performer(records, message.recipient_id)],
            }


def _period(alert: Alert) -> Json:
    closed = {"end": alert.closed_at.isoformat()} if alert.closed_at else {}
    return {"start": alert.met_on.isoformat(), **closed}
