"""Three synthetic diaries. No one here exists; the days are made by these functions from a fixed seed."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

PASSWORD = "a synthetic password"  # noqa: S105 of people who do not exist, on this machine only
DOMAIN = "synthetic.example"
_NAMESPACE = UUID("6f9d4c1e-6c1b-4a50-9c69-0d8f5a1f7c11")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Diary:
    """A synthetic person and what their phone sends: `path` below the diary and body, in the order of writing.

    `alerts` says whether someone is to hear of it.
    """

    name: str
    email: str
    shows: str
    profile: Json
    records: tuple[tuple[str, Json], ...]
    alerts: bool
    caregiver: tuple[str, str] | None = None


def demonstration_diaries(*, last_day: date) -> list[Diary]:
    """The three diaries; each ends on `last_day` and is the same whenever it is made for that day."""
    return [_night_pain(last_day), _saddle_numbness(last_day), _ordinary(last_day)]


def _night_pain(last_day: date) -> Diary:
    """Six weeks of night pain that grows, and an anti-inflammatory taken for four of them without relief."""
    name = "Synthetic Nora"
    chance = random.Random(name)
    first_day = last_day - timedelta(days=41)
    started = first_day + timedelta(days=14)
    pill = _identity(name, "ibuprofen")

    def answers(day: int) -> Json:
        night = min(8, 4 + day // 14 + chance.choice((0, 0, 1)))
        taken = {} if day < 14 else {"treatments_taken": {pill: chance.random() < 0.9}}
        return {
            "worst_pain": night + chance.choice((-1, 0)),
            "night_pain": night,
            "rest_pain": night - 1,
            "movement_pain": 3,
            "woke_from_sleep": True,
            "sites": ["mid_back"],
            "symptoms": {"fatigue": day > 28, "cough": False},
            **taken,
        }

    treatment = {
        "id": pill,
        "kind": "medication",
        "name": "ibuprofen",
        "daily_dose": 1200.0,
        "dose_unit": "mg",
        "started_on": started.isoformat(),
    }
    return Diary(
        name=name,
        email=f"nora@{DOMAIN}",
        shows="six weeks of night pain, four of them treated without relief: a see-a-doctor alert",
        profile={"birth_year": 1964, "smoking": "former", "time_zone": "Europe/Vienna", "region": "AT"},
        records=((f"treatments/{pill}", treatment), *_entries(name, first_day, 42, answers)),
        alerts=True,
        caregiver=("Synthetic Karl", f"karl@{DOMAIN}"),
    )


def _saddle_numbness(last_day: date) -> Diary:
    """Ten days of moderate back pain; on the last one the saddle region is numb."""
    name = "Synthetic Samir"

    def answers(day: int) -> Json:
        return {
            "worst_pain": 5,
            "night_pain": 2,
            "sites": ["lower_back", "leg"],
            "symptoms": {"saddle_numbness": day == 9, "bladder_change": False},
        }

    return Diary(
        name=name,
        email=f"samir@{DOMAIN}",
        shows="new saddle numbness: emergency advice in the answer to the write itself",
        profile={"birth_year": 1979, "time_zone": "Europe/London", "region": "GB"},
        records=tuple(_entries(name, last_day - timedelta(days=9), 10, answers)),
        alerts=True,
    )


def _ordinary(last_day: date) -> Diary:
    """A strained back that settles by itself within four weeks."""
    name = "Synthetic Olga"

    def answers(day: int) -> Json:
        worst = max(0, 6 - day // 4)
        return {"worst_pain": worst, "night_pain": max(0, worst - 4), "movement_pain": worst, "sites": ["lower_back"]}

    return Diary(
        name=name,
        email=f"olga@{DOMAIN}",
        shows="a strained back that settles: no alert",
        profile={"birth_year": 1988, "time_zone": "Europe/Madrid", "region": "ES"},
        records=tuple(_entries(name, last_day - timedelta(days=27), 28, answers)),
        alerts=False,
    )


def _entries(name: str, first_day: date, days: int, answers: Callable[[int], Json]) -> Iterator[tuple[str, Json]]:
    """One entry a day, written at eight in the morning UTC."""
    for number in range(days):
        day = first_day + timedelta(days=number)
        entry_id = _identity(name, day.isoformat())
        yield (
            f"entries/{entry_id}",
            {
                "id": entry_id,
                "date": day.isoformat(),
                "recorded_at": datetime.combine(day, time(8), UTC).isoformat(),
                "time_zone": "Etc/UTC",
                **answers(number),
            },
        )


def _identity(name: str, thing: str) -> str:
    """The same id for the same thing, so that loading the demonstration twice stores it once."""
    return str(uuid5(_NAMESPACE, f"{name}/{thing}"))
