"""The service beside its peers, in one run: rounds that take turns on the same machine and the same PostgreSQL.

    python -m tests.servers -- python -m bench.peers [--rounds 5]

Only ratios carry over to another machine. Each server has two processes; the service's worker runs as it does for
people, so a screening follows nearly every write.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median

import django
from rich.console import Console
from rich.table import Table

os.environ |= {"DJANGO_SETTINGS_MODULE": "backend.settings", "LOG_LEVEL": "WARNING", "RATE_LIMITS": "off"}
django.setup()

from django.core.management import call_command  # noqa: E402 models need Django to be set up first

from bench.limits import copy_rate  # noqa: E402
from bench.load import Measured, drive, request  # noqa: E402
from bench.peers.processor import ProcessorTime, postgresql, tree  # noqa: E402
from bench.peers.tables import make_tables  # noqa: E402
from bench.people import Phone, entry, ordinary_writes  # noqa: E402
from diary.models import Patient  # noqa: E402
from tests.roles import connect_as, connected_as  # noqa: E402
from tests.service import Service  # noqa: E402

CONNECTIONS = 16
PHONES = 200
WRITES = 3000
YEAR = 365
YEARS = 10
FAST = ("--interface", "asgi", "--no-ws", "bench.peers.fastapi_minimal:app")
DRF = ("--blocking-threads", "4", "--interface", "wsgi", "bench.peers.model_view_set:application")


@dataclass
class Runs:
    """What was measured of one server, a round each."""

    port: int
    requests: Callable[[], Iterator[bytes]]
    rounds: list[Measured] = field(default_factory=list)
    used: list[dict[str, float]] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return median(run.per_second for run in self.rounds)

    def milliseconds(self, share: float) -> float:
        return 1000 * median(run.quantile(share) for run in self.rounds)

    def processor(self, part: str) -> float:
        """Milliseconds of a request."""
        per_request = [used[part] / len(run.latencies) for used, run in zip(self.used, self.rounds, strict=True)]
        return 1000 * median(per_request)


def main(rounds: int) -> None:
    """Run all, and print the tables."""
    connect_as("owner")
    call_command("migrate", verbosity=0)
    phones = [Phone() for _ in range(PHONES)]
    make_tables(phone.token for phone in phones)
    with ExitStack() as running:
        with connected_as("service"):
            ours, drf, fast = (running.enter_context(Service()) for _ in range(3))
        drf.start_server("granian", *DRF, workers=2)
        fast.start_server("granian", *FAST, workers=2)
        ours.start_api(workers=2).start_worker(concurrency=2)
        writes = lambda: ordinary_writes(phones, WRITES)  # noqa: E731
        runs = {
            "FastAPI + asyncpg, minimal": Runs(fast.port, writes),
            "DRF ModelViewSet": Runs(drf.port, writes),
            "PUT …/entries/{id}": Runs(ours.port, writes),
            "POST …/sync with nothing new": Runs(ours.port, _nothing_new(ours.port, phones)),
        }
        servers = {fast.port: fast, drf.port: drf, ours.port: ours}
        parts = {
            port: {"server": tree(one.processes["api"].pid), "PostgreSQL": postgresql} for port, one in servers.items()
        }
        parts[ours.port]["Celery"] = tree(ours.processes["worker"].pid)
        for number in range(rounds + 1):
            for run in runs.values():
                requests = list(run.requests())
                spent = ProcessorTime(parts[run.port])
                measured = drive(run.port, iter(requests), connections=CONNECTIONS)
                ours.wait_until_screened(timeout=120)
                if number > 0:  # the first one warms up
                    run.rounds.append(measured)
                    run.used.append(spent.since())
        _print(runs)
        _print_memory(servers)
        _years(ours, rounds)


def _nothing_new(port: int, phones: list[Phone]) -> Callable[[], Iterator[bytes]]:
    """Each phone asks with the cursor that it has, which the writes of a round overtake; so it is fetched anew."""

    def requests() -> Iterator[bytes]:
        cursors = [phone.cursor(port) for phone in phones]
        for number in range(WRITES):
            at = number % len(phones)
            body = {"cursor": cursors[at], "changes": []}
            yield request("POST", "/api/v1/patients/me/sync", token=phones[at].token, body=body)

    return requests


def _print(runs: dict[str, Runs]) -> None:
    table = Table(title=f"{CONNECTIONS} connections, medians of rounds that took turns", title_justify="left")
    table.add_column("what")
    columns = ("a second", "× FastAPI", "× DRF", "p50 ms", "p99 ms", "server ms", "PostgreSQL ms", "Celery ms")
    for heading in columns:
        table.add_column(heading, justify="right")
    fast, drf = (runs[name].rate for name in ("FastAPI + asyncpg, minimal", "DRF ModelViewSet"))
    for name, run in runs.items():
        celery = f"{run.processor('Celery'):.2f}" if "Celery" in run.used[0] else ""
        table.add_row(
            *(name, f"{run.rate:,.0f}", f"{run.rate / fast:.2f}", f"{run.rate / drf:.2f}"),
            *(f"{run.milliseconds(0.5):.1f}", f"{run.milliseconds(0.99):.1f}"),
            *(f"{run.processor('server'):.2f}", f"{run.processor('PostgreSQL'):.2f}", celery),
        )
    Console(width=140).print(table)


def _print_memory(servers: dict[int, Service]) -> None:
    for name, one in zip(("FastAPI", "DRF", "ours"), servers.values(), strict=True):
        resident = [process.memory_info().rss / 2**20 for process in tree(one.processes["api"].pid)()]
        print(f"{name}: largest process {max(resident):.0f} MB")


def _years(service: Service, rounds: int) -> None:
    """A year in one sync beside COPY of the same rows."""
    rates, limits = [], []
    for _ in range(rounds):
        phones = [Phone() for _ in range(YEARS + 1)]
        limits.append(copy_rate(Patient.objects.get(user__email=phones[0].email).pk, rows=YEAR, rounds=YEARS))
        requests = [phone.sync([entry(day) for day in range(YEAR)]) for phone in phones[1:]]
        rates.append(YEAR * drive(service.port, iter(requests), connections=1).per_second)
        service.wait_until_screened(timeout=300)
    rate, limit = median(rates), median(limits)
    print(f"a year in one sync: {rate:,.0f} rows/s, COPY {limit:,.0f}, ratio {rate / limit:.2f}")


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    main(parser.parse_args().rounds)
