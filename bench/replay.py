"""How many stored diaries a replay goes through in a second, PostgreSQL's own work on the same machine included.

The diaries are synthetic, of 90 days with ordinary back pain. `python -m bench.replay` starts a server of its own,
fills it and replays each candidate alone and all together; about two minutes. `python -m bench.replay --copies 2500`
does so with a million diaries, more than memory holds: 45 GB on the disk, about an hour.
"""

from __future__ import annotations

import os
import time
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING

import django
from django.core.management import call_command
from rich.console import Console
from rich.table import Table

from tests.servers import servers_of_a_run

if TYPE_CHECKING:
    from alerts.rules.rule import Rule

DISTINCT = 400
COPIES = 15
ROUNDS = 2
CORES = 2
MILLION = 1_000_000


def main(copies: int) -> None:
    """Fill the database, replay in rounds that take turns, and print medians; once only with more than usual."""
    from alerts.rules.candidates import CANDIDATES, candidate_of
    from bench.stored import store_diaries

    call_command("migrate", verbosity=0)
    stored = store_diaries(distinct=DISTINCT, copies=copies)
    rounds, jobs = (ROUNDS, (1, CORES)) if copies <= COPIES else (1, (CORES,))
    newest = [candidate_of(rule) for rule in CANDIDATES]
    asked = {f"{one.id}@{one.version}": [one] for one in newest} | {"all together": newest}
    seconds = defaultdict(list)
    changed = {}
    for _ in range(rounds):
        for name, candidates in asked.items():
            for processes in jobs:
                changed[name], taken = _replayed(candidates, processes)
                seconds[name, processes].append(taken)
    table = Table(title=f"Replay of {stored:,} stored diaries, medians of wall time", title_justify="left")
    for heading in ("candidates", "changed", *map("--jobs {}".format, jobs), "a million on two cores"):
        table.add_column(heading, justify="left" if heading == "candidates" else "right")
    for name in asked:
        rates = [stored / median(seconds[name, processes]) for processes in jobs]
        table.add_row(
            name, f"{changed[name]:,}", *[f"{rate:,.0f}/s" for rate in rates], f"{MILLION / rates[-1] / 60:.1f} min"
        )
    Console(width=110).print(table)


def _replayed(candidates: Sequence[Rule], jobs: int) -> tuple[int, float]:
    """In how many diaries an alert changes, and the seconds; starting processes, once for a million, is left out."""
    from alerts.replay.run import replay
    from alerts.spreading import flowing

    began = time.perf_counter()
    list(flowing(iter, [()] * jobs, jobs=jobs))
    started = time.perf_counter()
    changed = sum(len(gone_through.changed) for gone_through in replay(candidates, jobs=jobs))
    return changed, time.perf_counter() - started - (started - began)


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=COPIES, help=f"of each of {DISTINCT} distinct diaries")
    arguments = parser.parse_args()
    with servers_of_a_run() as environment:
        os.environ |= {**environment, "DJANGO_SETTINGS_MODULE": "backend.settings", "LOG_LEVEL": "WARNING"}
        django.setup()
        main(arguments.copies)
