"""Single writes, batches and alert latency beside the database's own limits, in one run.

Only the ratios carry over to another machine; differences under a fifth are noise.
"""

import os
from collections.abc import Callable
from statistics import median
from uuid import UUID

from django.core.management import call_command
from rich.console import Console
from rich.table import Table

from bench.latency import danger_sign_latencies, pattern_latencies
from bench.limits import copy_rate, insert_rate
from bench.load import drive
from bench.people import Phone, entry, ordinary_writes
from bench.rules import diaries, today_milliseconds, year_milliseconds
from diary.models import Patient
from tests.roles import connect_as, connected_as
from tests.service import Service

CONNECTIONS = 16
ROUNDS = 3
WRITES = 3000
YEAR = 365
SAMPLES = 60


def main() -> None:
    """Run everything and print one table."""
    connect_as("owner")  # who may also make tables for the limits
    call_command("migrate", verbosity=0)
    with connected_as("service"):
        measured = Service()
    with measured as service:
        service.start_api(workers=2)
        table = Table(title="Symptom diary, medians of interleaved rounds", title_justify="left")
        for heading in ("figure", "measured", "limit", "ratio"):
            table.add_column(heading, justify="left" if heading == "figure" else "right")
        _single_writes(service, table)
        _batches(service, table)
        service.start_worker(concurrency=2).wait_until_screened(timeout=300)
        _danger_sign(service, table)
        _pattern(service, table)
    _rules(table)
    Console(width=100).print(table)


def _single_writes(service: Service, table: Table) -> None:
    phones = [Phone() for _ in range(200)]
    drive(service.port, ordinary_writes(phones, 500), connections=CONNECTIONS)  # warm
    runs, limits = [], []
    for _ in range(ROUNDS):
        url = os.environ["DATABASE_URL"]
        limits.append(insert_rate(url, [_patient(phone) for phone in phones], seconds=4, connections=CONNECTIONS))
        runs.append(drive(service.port, ordinary_writes(phones, WRITES), connections=CONNECTIONS))
    rate, limit = median(run.per_second for run in runs), median(limits)
    table.add_row(
        f"one entry written, {CONNECTIONS} connections (limit: pgbench, the same insert)",
        f"{rate:,.0f}/s", f"{limit:,.0f}/s", f"{rate / limit:.2f}",
    )  # fmt: skip
    p50, p99 = (median(run.quantile(share) for run in runs) * 1000 for share in (0.5, 0.99))
    table.add_row("  its latency, median and p99", f"{p50:.1f} and {p99:.1f} ms", "", "")


def _batches(service: Service, table: Table) -> None:
    rates, limits = [], []
    for _ in range(ROUNDS):
        phones = [Phone() for _ in range(12)]
        limits.append(copy_rate(_patient(phones[0]), rows=YEAR, rounds=10))
        requests = [phone.sync([entry(day) for day in range(YEAR)]) for phone in phones[2:]]
        rates.append(YEAR * drive(service.port, iter(requests), connections=1).per_second)
    rate, limit = median(rates), median(limits)
    table.add_row(
        "a year in one sync, rows (limit: COPY of 365 rows)",
        f"{rate:,.0f}/s", f"{limit:,.0f}/s", f"{rate / limit:.2f}",
    )  # fmt: skip


def _danger_sign(service: Service, table: Table) -> None:
    _latency_row(service, table, "emergency: write answered → mail accepted", danger_sign_latencies)


def _pattern(service: Service, table: Table) -> None:
    _latency_row(service, table, "pattern: write answered → mail accepted", pattern_latencies)


def _rules(table: Table) -> None:
    for name, history in diaries().items():
        year, today = year_milliseconds(history), today_milliseconds(history)
        table.add_row(f"rules, {name}: every date of a year", f"{year:.0f} ms", "50 ms", f"{year / 50:.2f}")
        table.add_row("  one look as of today", f"{today:.2f} ms", "1 ms", f"{today:.2f}")


def _latency_row(service: Service, table: Table, name: str, measure: Callable[..., list[float]]) -> None:
    ranked = sorted(measure(service, samples=SAMPLES))
    p50, p99 = median(ranked) * 1000, ranked[int(0.99 * len(ranked))] * 1000
    table.add_row(f"{name}, median and p99", f"{p50:.0f} and {p99:.0f} ms", "150 and 1,000 ms", f"{p50 / 150:.2f}")


def _patient(phone: Phone) -> UUID:
    return Patient.objects.get(user__email=phone.email).pk
