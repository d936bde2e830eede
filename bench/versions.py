"""Two versions of the service beside each other: what a write and a sync cost in each, on the same servers.

    python -m tests.servers -- python -m bench.versions PATH_OF_ANOTHER_CHECKOUT

Both run in one process with one thread and take turns, so that whatever else the machine does meets both. The
processor time of that process is the figure to go by: it does not know what others do meanwhile.
"""

import os
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from typing import NamedTuple

import django
import psutil
from rich.console import Console

os.environ |= {"DJANGO_SETTINGS_MODULE": "backend.settings", "LOG_LEVEL": "WARNING", "RATE_LIMITS": "off"}
django.setup()

from django.core.management import call_command  # noqa: E402 models need Django to be set up first

from bench.load import drive  # noqa: E402
from bench.people import Phone, entry  # noqa: E402
from tests.service import ROOT, Service  # noqa: E402

ROUNDS = 16
WRITES = 150
SYNCS = 40
CHANGES = 20
PHONES = 50


class Cost(NamedTuple):
    """Of one request, in milliseconds: of the API's processor time, and by the clock with one connection."""

    processor: float
    clock: float


def main(other: Path) -> None:
    """Print the medians of both, and their ratio."""
    call_command("migrate", verbosity=0)
    phones = [Phone() for _ in range(PHONES)]

    def writes() -> Iterator[bytes]:
        return (phones[number % PHONES].put(entry(number % 300)) for number in range(WRITES))

    def syncs() -> Iterator[bytes]:
        return (Phone().sync([entry(day) for day in range(CHANGES)]) for _ in range(SYNCS))  # each gets all it sent

    with Service(other) as before, Service(ROOT) as after:
        for service in (before, after):
            service.start_api("--blocking-threads", "1", workers=1)
        for name, requests in {"PUT …/entries/{id}": writes, f"POST …/sync of {CHANGES}": syncs}.items():
            _report(Console(width=100), name, _costs([before, after], requests))


def _costs(services: list[Service], requests: Callable[[], Iterator[bytes]]) -> list[list[Cost]]:
    """Of each service in each round; every second round begins with the other one."""
    for service in services:
        _cost(service, islice(requests(), 20))
    costs: list[list[Cost]] = [[] for _ in services]
    for number in range(ROUNDS):
        order = range(len(services)) if number % 2 else reversed(range(len(services)))
        for which in order:
            costs[which].append(_cost(services[which], requests()))
    return costs


def _cost(service: Service, requests: Iterator[bytes]) -> Cost:
    sent = list(requests)
    began = _processor_seconds(service.processes["api"].pid)
    measured = drive(service.port, iter(sent), connections=1)
    used = _processor_seconds(service.processes["api"].pid) - began
    return Cost(1000 * used / len(sent), 1000 * measured.seconds / len(sent))


def _processor_seconds(pid: int) -> float:
    process = psutil.Process(pid)
    times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    return float(sum(each.user + each.system for each in times))


def _report(console: Console, name: str, costs: list[list[Cost]]) -> None:
    console.print(name)
    for figure in Cost._fields:
        before, after = ([getattr(cost, figure) for cost in rounds] for rounds in costs)
        ratio = median(new / old for old, new in zip(before, after, strict=True))
        console.print(f"  {figure:9} ms: {median(before):.2f} before, {median(after):.2f} after, {ratio:.3f} times")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
