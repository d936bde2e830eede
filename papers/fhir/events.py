"""What happened once, and the history that the person told: observations by codes of this service's own."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from diary.format.fields import Event
from papers.fhir.coding import (
    LOINC,
    OBSERVATION_CATEGORIES,
    Json,
    body_site,
    coding,
    concept,
    own,
    quantity,
)
from papers.fhir.ids import cited, id_of
from papers.reading import Reading, Records
from papers.words import BACKGROUND

_PAIN_0_TO_10: Final = "72514-3"


def events(reading: Reading, records: Records) -> Iterator[Json]:
    """Injuries, falls, fractures, visits and imaging of the span."""
    for event in reading.events:
        if event.date >= reading.first:
            yield _event(event, records.patient_id)


def background(reading: Reading, records: Records) -> Iterator[Json]:
    """Cancer, smoking and the like, as answered; nothing for what was not."""
    profile = reading.case.profile
    for name in BACKGROUND:
        if (answer := getattr(profile, name)) is not None:
            yield _told(records.patient_id, name, {"valueBoolean": answer})
    if profile.smoking:
        yield _told(records.patient_id, "smoking", {"valueCodeableConcept": concept(own(profile.smoking, "smoking"))})


def _event(event: Event, patient_id: UUID) -> Json:
    components = list(_components(event))
    return {
        **_observation(patient_id, "event", event.id),
        "code": concept(own(event.kind, "event")),
        "effectiveDateTime": event.date.isoformat(),
        **({"bodySite": body_site(event.site)} if event.site else {}),
        **({"component": components} if components else {}),
    }


def _components(event: Event) -> Iterator[Json]:
    if event.trauma:
        yield {"code": concept(own("trauma")), "valueCodeableConcept": concept(own(event.trauma, "trauma"))}
    if event.assessed_pain is not None:
        code = concept(own("assessed_pain"), coding(LOINC, _PAIN_0_TO_10))
        yield {"code": code, "valueQuantity": quantity(event.assessed_pain, "{score}")}
    if event.about_this_pain is not None:
        yield {"code": concept(own("about_this_pain")), "valueBoolean": event.about_this_pain}


def _told(patient_id: UUID, name: str, value: Json) -> Json:
    return {**_observation(patient_id, "profile", name), "code": concept(own(name)), **value}


def _observation(patient_id: UUID, *place: object) -> Json:
    return {
        "resourceType": "Observation",
        "id": id_of(patient_id, *place),
        "status": "final",
        "category": [concept(coding(OBSERVATION_CATEGORIES, "survey"))],
        "subject": cited(patient_id),
    }
