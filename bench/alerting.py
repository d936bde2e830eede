"""How soon an emergency's mail is there, idle and under load, beside the least that it can take, in one run.

    python -m tests.servers -- python -m bench.alerting

"There" is: the receiver has accepted it, counted from the moment at which the write was answered. The load is half of
what the same service takes at most; another thread sends it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import django
from rich.console import Console
from rich.table import Table

os.environ |= {"DJANGO_SETTINGS_MODULE": "backend.settings", "LOG_LEVEL": "WARNING", "RATE_LIMITS": "off"}
django.setup()

from django.core.management import call_command  # noqa: E402 models need Django to be set up first

from bench.floor import MODULE, floors  # noqa: E402
from bench.latency import danger_sign_latencies  # noqa: E402
from bench.load import Measured, drive, steadily  # noqa: E402
from bench.people import Phone, ordinary_writes  # noqa: E402
from tests.roles import connect_as, connected_as  # noqa: E402
from tests.service import Service  # noqa: E402

SAMPLES = 100
CONNECTIONS = 16
WRITES = 1500
WARMING = 5


def main() -> None:
    """Measure in turn, and print the table."""
    connect_as("owner")  # who may also make a table for the least
    call_command("migrate", verbosity=0)
    with connected_as("service"):
        measured = Service()
    with measured as service:
        service.start_api(workers=2).start_worker(concurrency=2, options=["--include", MODULE])
        phones = [Phone() for _ in range(200)]
        limit = drive(service.port, ordinary_writes(phones, WRITES), connections=CONNECTIONS).per_second
        service.wait_until_screened(timeout=120)
        floors(service, samples=WARMING)
        danger_sign_latencies(service, samples=WARMING)
        least, idle = (
            Measured(tuple(measure(service, samples=SAMPLES)), 1.0) for measure in (floors, danger_sign_latencies)
        )
        with _load(service, phones, limit / 2):
            loaded = Measured(tuple(danger_sign_latencies(service, samples=SAMPLES)), 1.0)
    _print(limit, {"the least": least, "idle": idle, f"at {limit / 2:.0f} writes a second": loaded})


@contextmanager
def _load(service: Service, phones: list[Phone], per_second: float) -> Iterator[None]:
    ended = threading.Event()
    writes = ordinary_writes(phones, 1_000_000)
    arguments = (service.port, writes, per_second, CONNECTIONS, ended)
    sending = threading.Thread(target=steadily, args=arguments)
    sending.start()
    try:
        yield
    finally:
        ended.set()
        sending.join()


def _print(limit: float, runs: dict[str, Measured]) -> None:
    table = Table(title=f"Emergency's mail accepted, ms ({limit:.0f} writes a second are the limit)")
    for heading in ("", "median", "p99", "median x least", "p99 x least"):
        table.add_column(heading, justify="left" if not heading else "right")
    least = runs["the least"]
    for name, run in runs.items():
        cells = [(1000 * run.quantile(share), run.quantile(share) / least.quantile(share)) for share in (0.5, 0.99)]
        table.add_row(name, *(f"{value:.1f}" for value, _ in cells), *(f"{ratio:.1f}" for _, ratio in cells))
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
