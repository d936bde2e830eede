"""Things to record, complete enough to be accepted, each under an id of its own."""

from typing import Any
from uuid import uuid4


def entry(**answers: Any) -> dict[str, Any]:
    """An entry of a March morning in Madrid."""
    return {
        "id": str(uuid4()),
        "date": "2026-03-29",
        "recorded_at": "2026-03-29T08:30:00+02:00",
        "time_zone": "Europe/Madrid",
        **answers,
    }


def full_entry(**answers: Any) -> dict[str, Any]:
    """An entry with every question answered."""
    every = {
        "worst_pain": 7,
        "night_pain": 6,
        "rest_pain": 4,
        "movement_pain": 0,
        "woke_from_sleep": True,
        "worse_lying_down": False,
        "worse_on_deep_breath": False,
        "worse_on_straining": True,
        "sites": ["lower_back", "left_flank"],
        "qualities": [],
        "symptoms": {"cough": True, "fatigue": False},
        "treatments_taken": {str(uuid4()): True, str(uuid4()): False},
        "weight_kg": 71.5,
        "note": "Woke at four. 👩‍⚕️ said: wait.",
    }
    return entry(**(every | answers))


def treatment(**fields: Any) -> dict[str, Any]:
    """A tablet a day."""
    return {
        "id": str(uuid4()),
        "kind": "medication",
        "name": "Ibuprofen",
        "daily_dose": 400,
        "dose_unit": "mg",
        "started_on": "2026-03-01",
        **fields,
    }


def event(**fields: Any) -> dict[str, Any]:
    """A visit to the doctor."""
    return {"id": str(uuid4()), "kind": "doctor_visit", "date": "2026-03-10", "assessed_pain": 3, **fields}
