"""What the database alone can do with the same rows: pgbench for the single insert, COPY for a year of them."""

import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.db import connection
from psycopg.types.json import Jsonb

from backend.local.embedded.postgresql import BINARIES

_COLUMNS = """patient_id, id, version, revision, deleted, received_at, date, recorded_at, recorded_offset, time_zone,
    worst_pain, night_pain, rest_pain, movement_pain, sites, symptoms"""
_SYMPTOMS = {"cough": False, "fatigue": False, "saddle_numbness": False}
_REVISIONS = "CREATE SEQUENCE IF NOT EXISTS bench_revision START 1000000000"
_INSERT = f"""
\\set day random(0, 300)
\\set number random(1, %s)
INSERT INTO diary_entry ({_COLUMNS})
VALUES ((SELECT id FROM bench_patient WHERE number = :number), gen_random_uuid(), 1, nextval('bench_revision'), false,
    now(), current_date - (:day)::int, now(), 0, 'Etc/UTC',
    3, 2, 2, 3, ARRAY['lower_back'], '{{"cough": false, "fatigue": false, "saddle_numbness": false}}')
ON CONFLICT (patient_id, id) DO NOTHING;
"""


def insert_rate(url: str, patients: Sequence[UUID], *, seconds: int, connections: int) -> float:
    """Single inserts a second by pgbench, spread over the diaries, each its own transaction, durability on."""
    with connection.cursor() as cursor:
        cursor.execute(_REVISIONS)
        cursor.execute("DROP TABLE IF EXISTS bench_patient")
        cursor.execute("CREATE TABLE bench_patient (number integer PRIMARY KEY, id uuid)")
        cursor.executemany("INSERT INTO bench_patient VALUES (%s, %s)", list(enumerate(patients, start=1)))
    target = urlsplit(url)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(_INSERT % len(patients))
        script.flush()
        done = subprocess.run(
            [
                *(str(BINARIES / "pgbench"), "--no-vacuum", "--protocol=prepared", "--file", script.name),
                *(f"--client={connections}", "--jobs=2", f"--time={seconds}"),
                *(f"--host={target.hostname}", f"--port={target.port}", f"--username={target.username}"),
                target.path.removeprefix("/"),
            ],
            env={"PGPASSWORD": target.password or ""},
            capture_output=True,
            text=True,
            check=True,
        )
    return float(re.findall(r"tps = ([0-9.]+)", done.stdout)[-1])


def copy_rate(patient: UUID, *, rows: int, rounds: int) -> float:
    """Rows a second by COPY into the same table, `rows` in each transaction."""
    now = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute(_REVISIONS)
    began = time.perf_counter()
    for _ in range(rounds):
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('bench_revision') FROM generate_series(1, %s)", [rows])
            revisions = [row[0] for row in cursor.fetchall()]
            with cursor.copy(f"COPY diary_entry ({_COLUMNS}) FROM STDIN") as copy:
                for day, revision in enumerate(revisions):
                    date = now.date() - timedelta(days=day % 300)
                    meta = (patient, uuid4(), 1, revision, False, now, date, now, 0, "Etc/UTC")
                    copy.write_row((*meta, 3, 2, 2, 3, ["lower_back"], Jsonb(_SYMPTOMS)))
    return rows * rounds / (time.perf_counter() - began)
