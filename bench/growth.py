"""What a request costs as the database grows, and in a diary of 20,000 entries beside the quiet ones.

    python -m tests.servers -- python -m bench.growth [--entries 10000 1000000 50000000]

Each size has a database of its own on the same server and an API before it; the rounds take turns, so that what else
the machine does meets all of them. The diaries are synthetic, of 90 days, and lie on the disk in the order of their
days, as those of many people who write every day do. Fifty million entries take 23 GB and about ten minutes to store.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from random import sample
from statistics import median

import django
from rich.console import Console
from rich.table import Table

os.environ |= {"DJANGO_SETTINGS_MODULE": "backend.settings", "LOG_LEVEL": "WARNING", "RATE_LIMITS": "off"}
django.setup()

import psycopg  # noqa: E402 after Django's set-up, as all that follows
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402
from psycopg import sql  # noqa: E402

from bench.load import Measured, drive, request  # noqa: E402
from bench.people import Phone, entry  # noqa: E402
from bench.stored import WRITTEN_AT, store_entries  # noqa: E402
from diary.identity.provisioning import issue_token  # noqa: E402
from diary.models import Patient  # noqa: E402
from tests.roles import connect_as, connected_as, migrated  # noqa: E402
from tests.service import Service  # noqa: E402

SIZES = (10_000, 1_000_000, 10_000_000)
DISTINCT = 100
ASKING = 50
TIMES = 4
"""Requests of each person in a round."""
LARGE = 20_000
MOST_AT_ONCE = 1000
_ME = "/api/v1/patients/me"
_SPAN = f"from=2026-04-01&to={WRITTEN_AT.date()}"


@dataclass
class Installation:
    """A database with so many entries, and what is measured of it: milliseconds by request, a median for each round."""

    entries: int
    service: Service
    quiet: list[Phone]
    large: Phone

    def requests(self) -> dict[str, Callable[[], Iterator[bytes]]]:
        """What is asked, by its name."""
        quiet, large = self.quiet, [self.large]
        return {
            "write": lambda: (phone.put(entry(day)) for day in range(TIMES) for phone in quiet),
            "sync with nothing new": lambda: self._synced(quiet),
            "days of three months": lambda: _looks(quiet, f"days?{_SPAN}"),
            "alerts": lambda: _looks(quiet, "alerts"),
            "screening": lambda: _looks(quiet, "screening"),
            "write, large diary": lambda: (
                self.large.put(entry(day)) for day in sample(range(LARGE // 3), ASKING * TIMES)
            ),
            "sync, large diary": lambda: self._synced(large * ASKING),
            "days, large diary": lambda: _looks(large * ASKING, f"days?{_SPAN}"),
        }

    def _synced(self, phones: list[Phone]) -> Iterator[bytes]:
        """The cursors are fetched before the first request is asked for: a connection would not wait for that."""
        nothing = {phone: {"cursor": phone.cursor(self.service.port), "changes": []} for phone in set(phones)}
        return (request("POST", f"{_ME}/sync", token=phone.token, body=nothing[phone]) for phone in phones * TIMES)


def main(sizes: list[int], rounds: int) -> None:
    """Fill a database for each size, then ask them in turn, and print medians."""
    with ExitStack() as running:
        installations = [running.enter_context(_filled(size)) for size in sizes]
        print("stored:", ", ".join(f"{one.entries:,} entries" for one in installations))
        found: dict[tuple[str, int], list[Measured]] = {}
        for number in range(rounds + 1):
            for name in installations[0].requests():
                for one in installations:
                    measured = drive(one.service.port, one.requests()[name](), connections=1)
                    if number:  # the first one warms up
                        found.setdefault((name, one.entries), []).append(measured)
        _print(installations, found)


@contextmanager
def _filled(size: int) -> Iterator[Installation]:
    """The installation of a size, with at least so many entries; its API ends with the block."""
    _database_of_its_own(f"growth_{size}")
    entries = store_entries(distinct=DISTINCT, at_least=size)
    quiet = [_phone_of(patient) for patient in Patient.objects.select_related("user").order_by("id")[:ASKING]]
    large = Phone()
    with connected_as("service"):
        service = Service()
    with service:
        service.start_api(workers=1)
        for first in range(0, LARGE, MOST_AT_ONCE):
            numbers = range(first, first + MOST_AT_ONCE)
            drive(service.port, iter([large.sync([entry(number // 3) for number in numbers])]), connections=1)
        yield Installation(entries, service, quiet, large)


def _database_of_its_own(name: str) -> None:
    """An empty one with the tables, which this process' connection leads to from now on."""
    administrator = os.environ["DATABASE_URL"]
    with psycopg.connect(administrator, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    migrated(f"{administrator.rpartition('/')[0]}/{name}")
    connection.settings_dict["NAME"] = name
    connect_as("owner")


def _phone_of(patient: Patient) -> Phone:
    """Of someone whose diary was stored, which counts from here on as that of someone who wrote it."""
    Patient.objects.filter(pk=patient.pk).update(revision=LARGE, screened_revision=LARGE)
    return Phone(email=patient.user.email, token=issue_token(user=patient.user, now=timezone.now()))


def _looks(phones: list[Phone], path: str) -> Iterator[bytes]:
    return (request("GET", f"{_ME}/{path}", token=phone.token) for phone in phones * TIMES)


def _print(installations: list[Installation], found: dict[tuple[str, int], list[Measured]]) -> None:
    table = Table(title="milliseconds, one connection, medians of rounds that took turns", title_justify="left")
    table.add_column("what")
    for one in installations:
        table.add_column(f"{one.entries:,}", justify="right")
    table.add_column("largest / smallest", justify="right")
    for name in installations[0].requests():
        medians = [_median(found[name, one.entries]) for one in installations]
        cells = [f"{milliseconds:.1f}" for milliseconds in medians]
        table.add_row(name, *cells, f"{medians[-1] / medians[0]:.2f}")
    Console(width=120).print(table)


def _median(rounds: list[Measured]) -> float:
    return 1000 * median(measured.quantile(0.5) for measured in rounds)


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, nargs="+", default=SIZES, help="how many, the least first")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    main(given.entries, given.rounds)
