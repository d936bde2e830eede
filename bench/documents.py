"""How many diary documents a second are read and checked, screened as well, and screened from one file.

The diaries are synthetic, of 90 days with ordinary back pain, and need no server: `python -m bench.documents`.
"""

from __future__ import annotations

import json
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median
from tempfile import NamedTemporaryFile
from typing import Any

import django
from rich.console import Console
from rich.table import Table

from evaluation.cohorts.reporting import report
from evaluation.cohorts.scenarios import SCENARIOS, person

DAYS = 90
DIARIES = 60
ROUNDS = 5
SEED = 4_711
MILLION = 1_000_000
CORES = 2
COPIES = 80
BEGINNING = 300


def main() -> None:
    """Print medians and what they come to for a million diaries."""
    documents = list(ninety_day_documents(DIARIES))
    rates = document_rates(documents)
    table = Table(title=f"{DAYS}-day diaries: medians of processor time, a file by the clock", title_justify="left")
    for heading in ("step", "diaries/s", "a million on two cores"):
        table.add_column(heading, justify="left" if heading == "step" else "right")
    for step, rate in rates.items():
        table.add_row(f"{step}, one process", f"{rate:,.0f}", f"{MILLION / rate / CORES / 60:.1f} min")
    rate = file_rate(documents)
    table.add_row(f"screened from a file, {CORES} processes", f"{rate:,.0f}", f"{MILLION / rate / 60:.1f} min")
    Console(width=100).print(table)


def document_rates(documents: Sequence[bytes]) -> dict[str, float]:
    """Diaries a second: read and checked alone, and screened as well; in rounds that take turns."""
    from alerts.screening.documents import screened_document
    from diary.format.document import parse

    steps: dict[str, Callable[[bytes], object]] = {
        "read and checked": parse,
        "read, checked and screened": lambda raw: screened_document(1, raw, as_of=None),
    }
    seconds: dict[str, list[float]] = {step: [] for step in steps}
    for _ in range(ROUNDS):
        for step, work in steps.items():
            began = time.process_time()
            for raw in documents:
                work(raw)
            seconds[step].append(time.process_time() - began)
    return {step: len(documents) / median(taken) for step, taken in seconds.items()}


def file_rate(documents: Sequence[bytes]) -> float:
    """Diaries a second out of one file with them all many times, once its processes have all begun."""
    from alerts.screening.documents import screened_documents

    with NamedTemporaryFile(suffix=".jsonl") as file:
        file.writelines(raw + b"\n" for _ in range(COPIES) for raw in documents)
        file.flush()
        results = screened_documents(Path(file.name), as_of=None, jobs=CORES)
        deque(islice(results, BEGINNING), maxlen=0)
        began = time.perf_counter()
        return sum(1 for _ in results) / (time.perf_counter() - began)


def ninety_day_documents(count: int) -> Iterator[bytes]:
    """Diaries kept every day: 90 days from somewhere in a synthetic year."""
    scenario = SCENARIOS["benign-only"]
    for number in range(count):
        document, _ = report(person(scenario, seed=SEED, number=number), scenario)
        yield json.dumps(_window(document, Random(number))).encode()


def _window(document: dict[str, Any], random: Random) -> dict[str, Any]:
    dates = sorted({entry["date"] for entry in document["entries"]})
    first = random.randrange(max(1, len(dates) - DAYS))
    kept = dates[first : first + DAYS]
    return {
        **document,
        "entries": [entry for entry in document["entries"] if kept[0] <= entry["date"] <= kept[-1]],
        "events": [event for event in document["events"] if event["date"] <= kept[-1]],
        "treatments": [record for record in document["treatments"] if record["started_on"] <= kept[-1]],
    }


if __name__ == "__main__":
    os.environ |= {"DEPLOYMENT": "test", "DJANGO_SETTINGS_MODULE": "backend.settings"}
    django.setup()
    main()
