"""What an import takes: seconds until it is answered and until all is stored, and memory of API and worker.

`python -m tests.servers -- python -m bench.imports [MIB …]`, on empty servers. Each document is of tiny entries, which
cost the most a byte; memory is the peak of each process's resident set (Linux), beside what it was before.
"""

import json
import os
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import django
import httpx
from rich.console import Console
from rich.table import Table

SIZES: Final = (0.25, 1, 8, 32)
_MIB: Final = 2**20


def main() -> None:
    """One document after another, each into a diary of its own; print one table."""
    from django.core.management import call_command

    from bench.people import Phone
    from tests.service import Service

    sizes = [float(size) for size in sys.argv[1:]] or SIZES
    call_command("migrate", verbosity=0)
    table = Table("MiB", "rows", "answered (s)", "stored (s)", "API (MiB)", "worker (MiB)")
    with Service() as service, httpx.Client(base_url=service.url, timeout=600) as client:
        service.start_api().start_worker(pool="solo")
        for size in sizes:
            headers = {"Authorization": f"Bearer {Phone().token}", "Content-Type": "application/json"}
            body = document(int(size * _MIB))
            before = [peak(process.pid) for process in service.processes.values()]
            began = time.perf_counter()
            answer = client.post("/api/v1/patients/me/import", content=body, headers=headers)
            answered = time.perf_counter() - began
            told = finished(client, answer, headers)
            stored = time.perf_counter() - began
            after = [peak(process.pid) for process in service.processes.values()]
            grown = [f"{new} (+{new - old})" for old, new in zip(before, after, strict=True)]
            table.add_row(f"{size:g}", str(told["rows"]), f"{answered:.1f}", f"{stored:.1f}", *grown)
    Console(width=100).print(table)


def document(size: int) -> bytes:
    """A diary document of about so many bytes, with six entries a day."""
    count, first = size // 140, date(1900, 1, 1)
    rows = (entry(first + timedelta(days=number // 6)) for number in range(count))
    return b'{"format":"symptom-diary/1","patient":{},"entries":[%b]}' % b",".join(rows)


def entry(day: date) -> bytes:
    """That someone looked into the diary, and answered nothing."""
    said = {"id": str(uuid4()), "date": str(day), "recorded_at": "2026-03-29T08:30:00Z", "time_zone": "UTC"}
    return json.dumps(said).encode()


def finished(client: httpx.Client, answer: httpx.Response, headers: dict[str, str]) -> Any:
    """How far it is at the end. Raises httpx.HTTPStatusError when it was refused."""
    where = answer.raise_for_status().headers["Location"]
    told: dict[str, Any] = {"state": "waiting"}
    while told["state"] != "done":
        time.sleep(0.1)
        told = client.get(where, headers=headers).raise_for_status().json()
    return told


def peak(pid: int) -> int:
    """MiB that the process and its children held at most."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    status = Path(f"/proc/{pid}/status").read_text()
    own = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) // 1024
    return own + sum(peak(int(child)) for child in children)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    django.setup()
    main()
