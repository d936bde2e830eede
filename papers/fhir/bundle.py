"""A diary as one FHIR R4 bundle, after HL7's Symptoms guide."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec
from django.utils import translation

from papers.fhir.alerts import communications, flags
from papers.fhir.coding import Json
from papers.fhir.events import background, events
from papers.fhir.observations import observations
from papers.fhir.people import consents, patient, related_people
from papers.fhir.treatments import failed_trials, treatments
from papers.reading import Reading, Records

CONTENT_TYPE: Final = "application/fhir+json"


def bundle(reading: Reading, records: Records, *, language: str, made_at: datetime, beside: Json | None = None) -> Json:
    """The bundle, with its words in `language`; `beside` is one more resource, such as the page for the doctor."""
    with translation.override(language):
        resources = [*_resources(reading, records), *([beside] if beside else [])]
    return {
        "resourceType": "Bundle",
        "language": language,
        "type": "collection",
        "timestamp": made_at.isoformat(timespec="seconds"),
        "entry": [{"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource} for resource in resources],
    }


def encoded(resource: Json) -> bytes:
    """A resource as JSON."""
    return msgspec.json.encode(resource)


def _resources(reading: Reading, records: Records) -> Iterator[Json]:
    observed = list(observations(records))
    yield patient(reading, records)
    yield from related_people(records)
    yield from consents(records)
    yield from background(reading, records)
    yield from (one.resource for one in observed)
    yield from events(reading, records)
    yield from treatments(reading, records)
    yield from failed_trials(reading, records, observed)
    yield from flags(reading, records, observed)
    yield from communications(records)
