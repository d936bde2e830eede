"""Entries as observations, after HL7's Symptoms guide: yes is a symptom, no is an absent one, a number is an
assessment, and what was not answered is nothing.

Each is about the local day of its entry, and was issued when the person wrote it, with the offset of their clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

import msgspec

from diary.format.fields import Entry
from diary.recording.rows import Stored
from papers.fhir.coding import (
    LOINC,
    OBSERVATION_CATEGORIES,
    PAIN,
    SNOMED,
    SNOMED_OF_SYMPTOMS,
    SYMPTOMS_GUIDE,
    Json,
    body_site,
    coding,
    concept,
    own,
    quantity,
)
from papers.fhir.ids import cited, id_of
from papers.fhir.people import performer
from papers.reading import Records
from papers.words import KINDS_OF_PAIN, SCORES
from papers.words import PAIN as IN_WORDS

_PROFILES: Final = f"{SYMPTOMS_GUIDE}/StructureDefinition"
SYMPTOM: Final = f"{_PROFILES}/SymptomObservation"
SYMPTOM_ABSENT: Final = f"{_PROFILES}/SymptomAbsentObservation"
ASSESSMENT: Final = f"{_PROFILES}/AssessmentScaleObservation"
BODY_WEIGHT: Final = "http://hl7.org/fhir/StructureDefinition/bodyweight"
_A_SYMPTOM: Final = coding(f"{SYMPTOMS_GUIDE}/CodeSystem/SymptomTemporary", "symptom")
_PRESENT, _ABSENT, _PAIN_0_TO_10, _WEIGHT, _QUALITY = "75325-1", "111551-8", "72514-3", "29463-7", "56823-8"


@dataclass(frozen=True, slots=True)
class Observed:
    """One answer: the day, what was asked, and the resource; `is_no` for an absent symptom."""

    day: date
    question: str
    is_no: bool
    resource: Json


def observations(records: Records) -> Iterator[Observed]:
    """Every answer in the entries, by day."""
    for row in records.entries:
        yield from _Observer(records, row).answers()


class _Observer:
    """What one entry says."""

    def __init__(self, records: Records, row: Stored) -> None:
        self._records, self._row = records, row
        self._entry = cast("Entry", row.content)

    def answers(self) -> Iterator[Observed]:
        yield from self._symptoms()
        yield from self._places()
        for name in SCORES:
            if (score := getattr(self._entry, name)) is not None:
                yield self._number(name, ASSESSMENT, "survey", _PAIN_0_TO_10, quantity(score, "{score}"))
        if (weight := self._entry.weight_kg) is not None:
            yield self._number("weight_kg", BODY_WEIGHT, "vital-signs", _WEIGHT, quantity(weight, "kg"))

    def _symptoms(self) -> Iterator[Observed]:
        entry = self._entry
        answered = {name: getattr(entry, name) for name in ("woke_from_sleep", *KINDS_OF_PAIN)}
        answered |= msgspec.to_builtins(entry.symptoms) if entry.symptoms else {}
        for name, answer in answered.items():
            if answer is not None:
                published = SNOMED_OF_SYMPTOMS.get(name)
                yield self._symptom(
                    name, concept(own(name), *([coding(SNOMED, published)] if published else [])), present=answer
                )

    def _places(self) -> Iterator[Observed]:
        """Pain at each place that was named, with what it is like. A place that was not named is not asked about."""
        qualities = [_quality(quality) for quality in self._entry.qualities or ()]
        beside: Json = {"component": qualities} if qualities else {}
        in_pain = concept(coding(SNOMED, PAIN), text=IN_WORDS)
        for site in self._entry.sites or ():
            yield self._symptom(f"site_{site}", in_pain, more={"bodySite": body_site(site), **beside})
        if beside and not self._entry.sites:
            yield self._symptom("qualities", in_pain, more=beside)

    def _symptom(self, question: str, value: Json, *, present: bool = True, more: Json | None = None) -> Observed:
        profile, code = (SYMPTOM, _PRESENT) if present else (SYMPTOM_ABSENT, _ABSENT)
        said = {"category": [concept(_A_SYMPTOM)], "code": concept(coding(LOINC, code)), "valueCodeableConcept": value}
        return self._observed(question, profile, {**said, **(more or {})}, is_no=not present)

    def _number(self, question: str, profile: str, category: str, code: str, value: Json) -> Observed:
        exactly = [own(question)] if question in SCORES else []
        said = {
            "category": [concept(coding(OBSERVATION_CATEGORIES, category))],
            "code": concept(*exactly, coding(LOINC, code)),
            "valueQuantity": value,
        }
        return self._observed(question, profile, said)

    def _observed(self, question: str, profile: str, said: Json, *, is_no: bool = False) -> Observed:
        entry, records = self._entry, self._records
        resource = {
            "resourceType": "Observation",
            "id": id_of(records.patient_id, "entry", entry.id, question),
            "meta": {"profile": [profile]},
            "status": "final",
            "subject": cited(records.patient_id),
            "effectiveDateTime": entry.date.isoformat(),
            "issued": entry.recorded_at.isoformat(),
            "performer": [performer(records, self._row.recorded_by)],
            **said,
        }
        return Observed(entry.date, question, is_no, resource)


def _quality(quality: str) -> Json:
    return {"code": concept(coding(LOINC, _QUALITY)), "valueCodeableConcept": concept(own(quality, "quality"))}
