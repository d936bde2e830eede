"""How long the doctor's page and its timeline take, and how much memory: `python -m bench.papers`, without a server.

The diary is synthetic, of a year. Each piece is made by a process of its own, whose start counts.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median

import django
from rich.console import Console
from rich.table import Table

DAYS = 365
ROUNDS = 9
LIMITS = {"page (PDF)": 1.0, "timeline (SVG)": 0.15}
"""Seconds."""


def main() -> None:
    """Print medians beside the limits."""
    table = Table(title=f"A diary of {DAYS} days: medians of {ROUNDS}", title_justify="left")
    for heading in ("piece", "by the clock", "processor", "limit", "largest"):
        table.add_column(heading, justify="left" if heading == "piece" else "right")
    for name, make in _pieces().items():
        clock, processor = _seconds(make)
        largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        table.add_row(name, f"{clock:.3f} s", f"{processor:.3f} s", f"{LIMITS[name]:.2f} s", f"{largest} MB")
    Console(width=100).print(table)


def _pieces() -> dict[str, Callable[[], bytes]]:
    from backend.local.demonstration.sample_report import sample_reading
    from papers.report.report import report_pdf
    from papers.timeline.picture import timeline_picture
    from papers.timeline.timeline import timeline_of

    reading = sample_reading(days=DAYS)
    made_at = datetime(2026, 6, 14, 9, tzinfo=UTC)
    return {
        "timeline (SVG)": lambda: timeline_picture(timeline_of(reading)),
        "page (PDF)": lambda: report_pdf(reading, language="en", paper="a4", made_at=made_at),
    }


def _seconds(make: Callable[[], bytes]) -> tuple[float, float]:
    """By the clock, and of the processor with the process that typesets; the first time does not count."""
    make()
    clock, processor = [], []
    for _ in range(ROUNDS):
        began, spent = time.perf_counter(), _spent()
        make()
        clock.append(time.perf_counter() - began)
        processor.append(_spent() - spent)
    return median(clock), median(processor)


def _spent() -> float:
    theirs = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + theirs.ru_utime + theirs.ru_stime


if __name__ == "__main__":
    os.environ |= {"DJANGO_SETTINGS_MODULE": "backend.settings", "DEPLOYMENT": "test"}
    django.setup()
    main()
