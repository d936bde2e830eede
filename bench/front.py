"""What the front costs: single writes through it beside the same application on granian's WSGI, in one run.

`python -m tests.servers -- python -m bench.front`, on empty servers. Processor time, of the API's processes, is what a
busy machine disturbs least.
"""

import os
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
from typing import Final

import django
import psutil
from rich.console import Console
from rich.table import Table

CONNECTIONS: Final = 16
ROUNDS: Final = 9
WRITES: Final = 1000
SERVERS: Final = {
    "granian, WSGI": (
        *("granian", "--interface", "wsgi", "--blocking-threads", "4", "--no-ws"),
        "backend.wsgi:application",
    ),
    "the front": ("backend.front",),
}


@dataclass
class Figures:
    """Of each round."""

    per_second: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    """Milliseconds."""
    processor: list[float] = field(default_factory=list)
    """Milliseconds a write."""


def main() -> None:
    """Run everything and print one table."""
    from django.core.management import call_command

    from bench.load import drive
    from bench.people import Phone, ordinary_writes
    from tests.roles import connect_as
    from tests.service import Service

    connect_as("owner")
    call_command("migrate", verbosity=0)
    connect_as("service")
    phones = [Phone() for _ in range(200)]
    figures = {name: Figures() for name in SERVERS}
    with ExitStack() as stack:
        services = {
            name: stack.enter_context(Service()).start_server(*arguments, workers=2)
            for name, arguments in SERVERS.items()
        }
        for service in services.values():
            drive(service.port, ordinary_writes(phones, WRITES), connections=CONNECTIONS)  # warm
        for number in range(ROUNDS):
            for name, service in sorted(services.items(), reverse=bool(number % 2)):
                before = processor_seconds(service.processes["api"].pid)
                run = drive(service.port, ordinary_writes(phones, WRITES), connections=CONNECTIONS)
                taken = processor_seconds(service.processes["api"].pid) - before
                figures[name].per_second.append(run.per_second)
                figures[name].p99.append(run.quantile(0.99) * 1000)
                figures[name].processor.append(taken / WRITES * 1000)
        megabytes = {name: memory(service.processes["api"].pid) for name, service in services.items()}
    Console(width=100).print(_table(figures, megabytes))


def _table(figures: dict[str, Figures], megabytes: dict[str, float]) -> Table:
    table = Table(
        title=f"One entry written, {CONNECTIONS} connections, medians of {ROUNDS} rounds", title_justify="left"
    )
    for heading in ("server", "writes/s", "ratio", "p99", "processor time a write", "memory of a worker"):
        table.add_column(heading, justify="left" if heading == "server" else "right")
    base = median(next(iter(figures.values())).per_second)
    for name, seen in figures.items():
        rate = median(seen.per_second)
        table.add_row(
            *(name, f"{rate:,.0f}", f"{rate / base:.2f}", f"{median(seen.p99):.0f} ms"),
            *(f"{median(seen.processor):.2f} ms", f"{megabytes[name]:.0f} MB"),
        )
    return table


def processor_seconds(pid: int) -> float:
    """Of the process and its children, since they began."""
    process = psutil.Process(pid)
    return sum(sum(one.cpu_times()[:2]) for one in (process, *process.children(recursive=True)))


def memory(pid: int) -> float:
    """Of the largest of its children, in megabytes."""
    return float(max(child.memory_info().rss for child in psutil.Process(pid).children(recursive=True))) / 1e6


if __name__ == "__main__":
    os.environ |= {"DJANGO_SETTINGS_MODULE": "backend.settings", "LOG_LEVEL": "WARNING", "RATE_LIMITS": "off"}
    django.setup()
    main()
