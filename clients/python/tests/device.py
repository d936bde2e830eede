"""A device in a test: a diary on a store of its own, with the app's handlers writing down what they are given."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from service import Service

from symptom_diary_client import Conflict, DangerSign, Diary, MemorySecrets, MemoryStore, Refused, Store, Unsynced

MORNING = datetime(2026, 3, 2, 7, 30, tzinfo=timezone.utc)


@dataclass
class Device:
    store: Store
    now: datetime = MORNING
    signs: list[DangerSign] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    unsynced: list[Unsynced] = field(default_factory=list)
    secrets: MemorySecrets = field(default_factory=lambda: MemorySecrets(token="token"))
    diary: Diary = field(init=False)


def device(service: Service, store: Store | None = None, **options: Any) -> Device:
    """The same `store` again is the same device after its process was started anew."""
    made = Device(store or MemoryStore())
    told = {
        "on_danger_sign": made.signs.append,
        "on_conflict": made.conflicts.append,
        "on_refused": made.refused.append,
        "on_unsynced": made.unsynced.append,
        "secrets": made.secrets,
        "now": lambda: made.now,
        "chance": lambda: 0.5,
        "time_zone": "Europe/Madrid",
        "transport": service.transport,
    }
    made.diary = Diary("http://diary.example", made.store, **{**told, **options})
    return made
