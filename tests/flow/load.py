"""Load beside an attack: how long the writes of an ordinary phone take, and a diary that is long."""

import time

from django.db import connection

from bench.load import drive
from bench.people import Phone, entry, ordinary_writes
from diary.models import Entry
from tests.cast import Person
from tests.service import Service

NOTE = "Could not sleep. " * 230  # nearly as long as a note may be


def latencies(service: Service, *phones: Phone, until: float) -> list[float]:
    """Seconds that each write of these ordinary phones took."""
    taken: list[float] = []
    while time.monotonic() < until:
        taken += drive(service.port, ordinary_writes([*phones], 50), connections=2).latencies
    return taken


def quantile(seconds: list[float], share: float) -> float:
    return sorted(seconds)[int(share * len(seconds))]


def grow(person: Person, entries: int) -> None:
    """So many entries with long notes, each but the first a copy, over eight years."""
    first = entry(0, note=NOTE)
    assert person.put(f"patients/me/entries/{first['id']}", first).status == 201
    columns = [field.column for field in Entry._meta.local_concrete_fields if field.column]
    values = {name: name for name in columns} | {"id": "gen_random_uuid()", "revision": "revision + n"}
    values["date"] = "date - (n %% 3000)::int"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO diary_entry ({', '.join(columns)}) SELECT {', '.join(values[name] for name in columns)}"
            " FROM diary_entry, generate_series(1, %s) AS n WHERE patient_id = %s",
            [entries - 1, person.patient_id],
        )
        cursor.execute("UPDATE diary_patient SET revision = %s WHERE id = %s", [entries, person.patient_id])
