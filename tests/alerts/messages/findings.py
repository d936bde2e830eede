"""Findings of every rule, and their evidence as it is stored."""

import json
from functools import cache

from alerts.histories.of_diary import history_of_document
from alerts.messages.evidence import Evidence
from alerts.rules.findings import Finding
from alerts.rules.screening import screen
from diary.format import document as diary_document
from tests.alerts.rules.vectors import VECTORS
from tests.reference.diaries import diary as random_diary


def evidence_of(found: Finding) -> Evidence:
    stored = json.loads(json.dumps({"counts": found.counts, "trials": list(found.trials)}))
    return Evidence(rule=found.rule, as_of=found.met_on, days=found.days, **stored)


@cache
def findings() -> list[Finding]:
    """Every finding of the vectors and of some random diaries."""
    documents = [vector["document"] for vector in VECTORS] + [random_diary(seed) for seed in range(60)]
    parsed = [diary_document.parse(json.dumps(document).encode()) for document in documents]
    return [found for document in parsed for found in screen(history_of_document(document))]


def findings_of(rule: str) -> list[Finding]:
    return [found for found in findings() if found.rule == rule]
