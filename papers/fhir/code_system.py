"""This service's own code system as FHIR has one, with what each code is called in every language."""

from functools import cache
from typing import Final

from django.conf import settings
from django.utils import translation

from papers.fhir.coding import OWN, Json, code_system

VERSION: Final = "1"
"""Rises when a code is added; no code ever changes its meaning."""


@cache
def published() -> Json:
    """The CodeSystem resource."""
    others = [code for code, _ in settings.LANGUAGES if code != "en"]
    told = {language: _in(language) for language in ("en", *others)}
    return {
        "resourceType": "CodeSystem",
        "id": "symptom-diary",
        "language": "en",
        "url": code_system(),
        "version": VERSION,
        "name": "SymptomDiary",
        "title": "Symptom diary",
        "status": "active",
        "experimental": False,
        "description": "What a diary of back pain asks and finds, where no published code was confirmed, and exactly.",
        "caseSensitive": True,
        "content": "complete",
        "count": len(OWN),
        "concept": [
            {
                "code": code,
                "display": told["en"][code],
                "designation": [{"language": language, "value": told[language][code]} for language in others],
            }
            for code in OWN
        ],
    }


def _in(language: str) -> dict[str, str]:
    with translation.override(language):
        return {code: str(told) for code, told in OWN.items()}
