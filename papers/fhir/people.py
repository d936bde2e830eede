"""The person, who wrote for them, and whom they let in: Patient, RelatedPerson, Consent."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from papers.fhir.coding import CONSENT_ACTIONS, CONSENT_SCOPES, LOINC, PARTICIPATION, Json, coding, concept, own
from papers.fhir.ids import cited, id_of
from papers.reading import Reading, Records
from papers.typesetting.plain_text import one_line

_PATIENT_CONSENT: Final = "59284-0"


def patient(reading: Reading, records: Records) -> Json:
    """Who the diary is about. What was not answered is left out."""
    name, birth_year = one_line(reading.name), reading.case.profile.birth_year
    return {
        "resourceType": "Patient",
        "id": str(records.patient_id),
        **({"name": [{"text": name}]} if name else {}),
        **({"gender": records.sex} if records.sex else {}),
        **({"birthDate": f"{birth_year:04}"} if birth_year else {}),
    }


def performer(records: Records, user_id: UUID | None) -> Json:
    """Who recorded it: the person, or someone who cares for them; None is one whose account is gone."""
    return cited(records.patient_id) if user_id == records.user_id else cited(_person_id(records, user_id))


def related_people(records: Records) -> Iterator[Json]:
    """Everyone else who is cited. Only those of `records.circle` have a name."""
    names = {place.user_id: one_line(place.user.name) for place in records.circle if place.user}
    wrote = {row.recorded_by for row in records.entries}
    heard = {message.recipient_id for message in records.messages}
    for user_id in sorted({*names, *wrote, *heard} - {records.user_id}, key=str):
        name = names.get(user_id)
        yield {
            "resourceType": "RelatedPerson",
            "id": _person_id(records, user_id),
            "patient": cited(records.patient_id),
            **({"name": [{"text": name}]} if name else {}),
        }


def consents(records: Records) -> Iterator[Json]:
    """How far each of the circle was let in, and since when."""
    for place in records.circle:
        yield {
            "resourceType": "Consent",
            "id": id_of(records.patient_id, "consent", place.pk),
            "status": "active",
            "scope": concept(coding(CONSENT_SCOPES, "patient-privacy")),
            "category": [concept(coding(LOINC, _PATIENT_CONSENT))],
            "patient": cited(records.patient_id),
            "dateTime": (place.accepted_at or place.invited_at).isoformat(),
            "performer": [cited(records.patient_id)],
            "policyRule": concept(own(place.level, "access")),
            "provision": {
                "type": "permit",
                "actor": [
                    {
                        "role": concept(coding(PARTICIPATION, "IRCP")),
                        "reference": cited(_person_id(records, place.user_id)),
                    }
                ],
                "action": [concept(coding(CONSENT_ACTIONS, "access"))],
            },
        }


def _person_id(records: Records, user_id: UUID | None) -> str:
    return id_of(records.patient_id, "person", user_id)
