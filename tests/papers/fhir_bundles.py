"""Bundles of random diaries, without a database: `random_bundle(seed)`."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import msgspec

from alerts.histories.of_diary import history_of_document
from alerts.models import Alert, Delivery
from alerts.rules.case import Case
from alerts.rules.screening import screen
from alerts.rules.tiers import Tier
from diary.format.document import Document, parse
from diary.format.fields import Entry
from diary.models import Caregiver, User
from diary.recording.rows import Stored
from papers.fhir.bundle import bundle
from papers.fhir.coding import Json
from papers.reading import Reading, Records
from tests.reference.diaries import diary

PATIENT = UUID("6f9d4c1e-6c1b-4a50-9c69-0d8f5a1f7c12")
ALICE = UUID("6f9d4c1e-6c1b-4a50-9c69-0d8f5a1f7c13")
BOB = UUID("6f9d4c1e-6c1b-4a50-9c69-0d8f5a1f7c14")
MADE_AT = datetime(2026, 6, 28, 9, tzinfo=UTC)
HOSTILE = (
    "<script>alert(1)</script>",
    "\u202eevil\u0007",
    "\u200b",
    "👩\u200d⚕️ " * 60,
    "'; DROP TABLE diary_entry; --",
    "𝕌" * 200,
)
QUALITIES = ("ache", "sharp", "burning", "electric", "pressure")


def random_reading(seed: int) -> tuple[Reading, Records]:
    """A diary that aims at the rules' thresholds; some entries are a caregiver's, some names hostile."""
    rng = random.Random(seed)
    document = parse(msgspec.json.encode(_with_hostile_names(diary(seed), rng)))
    history = history_of_document(document)
    first, last = _span(document)
    reading = Reading(
        name=rng.choice(("Alice", "", *HOSTILE)),
        first=first,
        last=last,
        case=Case(history),
        events=sorted(document.events, key=lambda event: event.date, reverse=True),
        alerts=list(_alerts(history)),
    )
    entries = [entry for entry in document.entries if first <= entry.date <= last]
    stored = [_stored(entry, rng) for entry in sorted(entries, key=lambda entry: (entry.date, str(entry.id)))]
    circle, messages = (_circle(), _messages(reading)) if rng.random() < 0.5 else ([], [])
    sex = rng.choice((None, "female", "male", "other"))
    return reading, Records(PATIENT, ALICE, sex, stored, circle, messages)


def random_bundle(seed: int) -> Json:
    """Its bundle, as JSON has it."""
    made = bundle(*random_reading(seed), language=random.Random(seed).choice(("en", "de", "es", "fr")), made_at=MADE_AT)
    return cast("Json", msgspec.json.decode(msgspec.json.encode(made)))


def _with_hostile_names(document: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    for treatment in document.get("treatments", []):
        if rng.random() < 0.3:
            treatment["name"] = rng.choice(HOSTILE)
    return document


def _span(document: Document) -> tuple[date, date]:
    days = [entry.date for entry in document.entries] + [event.date for event in document.events]
    last = max(days, default=MADE_AT.date())
    return max(min(days, default=last), last - timedelta(days=365)), last


def _alerts(history: Any) -> Iterator[Alert]:
    for finding in screen(history):
        if finding.tier is not Tier.WATCH:
            yield Alert(
                patient_id=PATIENT,
                rule=finding.rule,
                rule_version=finding.version,
                tier=finding.tier,
                met_on=finding.met_on,
                found_on=finding.met_on,
                evidence=msgspec.to_builtins({"days": finding.days, "counts": {}, "trials": []}),
                state="open",
            )


def _stored(entry: Entry, rng: random.Random) -> Stored:
    if rng.random() < 0.3:
        entry = msgspec.structs.replace(entry, qualities=rng.sample(QUALITIES, rng.randint(0, 5)))
    return Stored("entry", entry.id, 1, 1, MADE_AT, rng.choice((ALICE, ALICE, ALICE, BOB, None)), entry)


def _circle() -> list[Caregiver]:
    bob = User(id=BOB, name="Bob", email="bob@example.org")
    return [Caregiver(user=bob, level="read", state="accepted", invited_at=MADE_AT, accepted_at=MADE_AT)]


def _messages(reading: Reading) -> list[Delivery]:
    return [
        Delivery(alert=alert, recipient_id=to, channel="email", state="sent", sent_at=MADE_AT)
        for alert in reading.alerts
        for to in (ALICE, BOB)
    ]
