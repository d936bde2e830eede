"""How long the rules take over one diary: every date of a full year, and one evaluation as of today.

The measures are processor time, so that a busy machine disturbs them little. The diaries are synthetic and need no
server: `python -m bench.rules`.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from alerts.rules.history import Entry, Event, History, Profile, Treatment
from alerts.rules.screening import rules_holding, screen

FIRST = date(2025, 1, 1)
DAYS = 365
TODAY = FIRST + timedelta(days=DAYS - 1)
SYMPTOMS = ("cough", "breathlessness", "fatigue", "appetite_loss", "chest_pain", "fever", "leg_weak")


def main() -> None:
    """Print the medians beside their goals."""
    gc.freeze()  # as every process of the service does (`backend.apps`)
    table = Table(title="Rules, medians of processor time", title_justify="left")
    for heading in ("diary of a year", "every date (goal 50 ms)", "as of today (goal 1 ms)"):
        table.add_column(heading, justify="left" if heading.startswith("diary") else "right")
    for name, history in diaries().items():
        year, today = year_milliseconds(history), today_milliseconds(history)
        table.add_row(name, f"{year:.1f} ms", f"{today:.2f} ms")
    Console(width=100).print(table)


def diaries() -> dict[str, History]:
    """From an ordinary diary to the one that asks most of the rules."""
    long_trial = Treatment(id="t", kind="medication", name="ibuprofen", started_on=_day(20), daily_dose=1200)
    visit = Event(id="v", kind="doctor_visit", date=_day(100))
    return {
        "quiet, every day": _history(lambda _: {"worst_pain": 2, "night_pain": 0, "sites": ("lower_back",)}),
        "every field, random": _history(_every_field(Random(1))),
        "worst: every field, nights that hurt, a long noisy trial, a visit": _history(
            _every_field(Random(2), nights=(4, 9)), treatments=(long_trial,), events=(visit,)
        ),
    }


def year_milliseconds(history: History, rounds: int = 15) -> float:
    """Screening every date of the diary."""
    return _milliseconds(lambda: screen(history), rounds)


def today_milliseconds(history: History, rounds: int = 60) -> float:
    """Which rules hold on the last date."""
    return _milliseconds(lambda: rules_holding(history, on=TODAY), rounds)


def _milliseconds(work: Callable[[], object], rounds: int) -> float:
    return median(_processor_times(work, rounds)) * 1000


def _processor_times(work: Callable[[], object], rounds: int) -> Iterator[float]:
    for _ in range(rounds):
        began = time.process_time()
        work()
        yield time.process_time() - began


def _history(answers: Callable[[int], dict[str, Any]], **others: Any) -> History:
    profile = Profile(birth_year=1960, smoking="former", asbestos_exposure=False, long_term_lung_condition=True)
    return History(profile=profile, entries=tuple(_entry(number, answers(number)) for number in range(DAYS)), **others)


def _entry(number: int, answers: dict[str, Any]) -> Entry:
    day = _day(number)
    return Entry(
        id=str(number), date=day, recorded_at=datetime(day.year, day.month, day.day, 20, tzinfo=UTC), **answers
    )


def _every_field(random: Random, nights: tuple[int, int] = (0, 8)) -> Callable[[int], dict[str, Any]]:
    def answers(_number: int) -> dict[str, Any]:
        return {
            "worst_pain": random.randint(3, 9),
            "night_pain": random.randint(*nights),
            "rest_pain": random.randint(0, 6),
            "movement_pain": random.randint(0, 9),
            "woke_from_sleep": random.random() < 0.5,
            "worse_lying_down": random.random() < 0.6,
            "worse_on_deep_breath": random.random() < 0.5,
            "worse_on_straining": random.random() < 0.3,
            "sites": random.choice([("lower_back",), ("left_flank",), ("mid_back", "right_flank")]),
            "symptoms": {name: random.random() < 0.5 for name in SYMPTOMS},
            "treatments_taken": {"t": random.random() < 0.9},
            "weight_kg": round(80 - random.random() * 5, 1),
        }

    return answers


def _day(number: int) -> date:
    return FIRST + timedelta(days=number)


if __name__ == "__main__":
    main()
