"""Codes: those of published guides, each named in docs/fhir.md with its source, and this service's own for the rest.

A code of SNOMED CT or LOINC is given only where a guide that anyone can read has it with this meaning. Everything also
has a code of this service's own code system, which says what exactly was asked, and words in the reader's language.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.utils.functional import Promise

from alerts.messages.patterns import PATTERNS
from papers.words import (
    ABOUT_THIS_PAIN,
    ACCESS,
    ASSESSED_PAIN,
    BACKGROUND,
    EVENTS,
    KINDS_OF_PAIN,
    QUALITIES,
    SCORES,
    SITES,
    SMOKED,
    SMOKING,
    SYMPTOMS,
    TRAUMA,
    TRAUMAS,
    TREATMENTS,
    TRIAL_FAILED,
    WOKEN,
)

Json = dict[str, Any]
LOINC: Final = "http://loinc.org"
SNOMED: Final = "http://snomed.info/sct"
UCUM: Final = "http://unitsofmeasure.org"
_HL7: Final = "http://terminology.hl7.org/CodeSystem"
OBSERVATION_CATEGORIES: Final = f"{_HL7}/observation-category"
FLAG_CATEGORIES: Final = f"{_HL7}/flag-category"
CONSENT_SCOPES: Final = f"{_HL7}/consentscope"
CONSENT_ACTIONS: Final = f"{_HL7}/consentaction"
PARTICIPATION: Final = f"{_HL7}/v3-ParticipationType"
SYMPTOMS_GUIDE: Final = "http://hl7.org/fhir/uv/symptoms"
"""HL7's Symptoms Implementation Guide, STU 1.0.0 (R4)."""

PAIN: Final = "22253000"
SNOMED_OF_SYMPTOMS: Final[Mapping[str, str]] = {
    "cough": "49727002",
    "coughing_blood": "66857006",
    "breathlessness": "267036007",
    "chest_pain": "29857009",
    "fatigue": "84229001",
    "appetite_loss": "79890006",
    "fever": "386661006",
    "blood_in_urine": "34436003",
    "unable_to_walk": "282145008",
}
SNOMED_OF_SITES: Final[Mapping[str, str]] = {
    "neck": "45048000",
    "upper_back": "77568009",
    "mid_back": "77568009",
    "lower_back": "37822005",
    "left_flank": "1017210004",
    "right_flank": "1017211000",
    "chest": "51185008",
    "hip": "302543008",
}
"""Where it hurts; of a part of the back that has none of its own, the back's."""
_FAMILIES: Final[Mapping[str, Mapping[str, Promise]]] = {
    "site": SITES,
    "quality": QUALITIES,
    "treatment": TREATMENTS,
    "event": EVENTS,
    "trauma": TRAUMAS,
    "smoking": SMOKING,
    "access": ACCESS,
    "rule": {rule: pattern.title for rule, pattern in PATTERNS.items()},
}
"""Words that may be the same in two families have the family before them."""


def _code(word: str, family: str = "") -> str:
    return f"{family}-{word}".removeprefix("-").replace("_", "-")


OWN: Final[Mapping[str, Promise]] = {
    **{_code(word): told for words in (SYMPTOMS, KINDS_OF_PAIN, SCORES, BACKGROUND) for word, told in words.items()},
    "woke-from-sleep": WOKEN,
    "smoking": SMOKED,
    "trauma": TRAUMA,
    "assessed-pain": ASSESSED_PAIN,
    "about-this-pain": ABOUT_THIS_PAIN,
    "trial-failed": TRIAL_FAILED,
    **{_code(word, family): told for family, words in _FAMILIES.items() for word, told in words.items()},
}
"""The codes of this service's own code system, with what each is called."""


def code_system() -> str:
    """The address of this service's own code system."""
    return f"{settings.PUBLIC_URL}/fhir/CodeSystem/symptom-diary"


def own(word: str, family: str = "") -> Json:
    """A coding of this service's own. Raises KeyError for a word that it does not have."""
    code = _code(word, family)
    return {"system": code_system(), "code": code, "display": str(OWN[code])}


def coding(system: str, code: str) -> Json:
    """A coding of a published system."""
    return {"system": system, "code": code}


def body_site(site: str) -> Json:
    """Where on the body, as the diary has it and as SNOMED CT does."""
    published = SNOMED_OF_SITES.get(site)
    return concept(own(site, "site"), *([coding(SNOMED, published)] if published else []))


def concept(*codings: Json, text: object = "") -> Json:
    """A CodeableConcept: its codings, the most exact first, and words: `text`, or what the first coding is called."""
    said = str(text or (codings[0].get("display", "") if codings else ""))
    return {**({"coding": list(codings)} if codings else {}), **({"text": said} if said else {})}


def quantity(value: float, unit: str) -> Json:
    """An amount in a unit of UCUM."""
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}
