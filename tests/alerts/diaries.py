"""Diaries that meet a rule or none, written the way phones write them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from diary.format.fields import Entry, Event, Resource, Symptoms, Treatment
from diary.recording.changes import Recorded, record_changes
from diary.recording.decision import Change
from tests.cast import Person

NOON = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
TODAY = NOON.date()


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def entry(day: date = TODAY, *, id_: UUID | None = None, **answers: Any) -> Entry:
    """An entry of the morning of `day`, UTC."""
    recorded_at = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
    return Entry(id=id_ or uuid4(), date=day, recorded_at=recorded_at, time_zone="UTC", **answers)


def saddle_numbness(day: date = TODAY, *, id_: UUID | None = None) -> Entry:
    """What meets the emergency rule `cauda_equina` at once."""
    return entry(day, id_=id_, symptoms=Symptoms(saddle_numbness=True))


def bloody_cough(day: date = TODAY) -> Entry:
    """What meets the urgent rule `coughing_blood` at once."""
    return entry(day, symptoms=Symptoms(coughing_blood=True))


def nights_that_no_tablet_helped(*, until: date = TODAY, weeks: int = 6) -> list[Resource]:
    """Night pain on every day of the weeks up to `until`, and from the third week on a tablet that changed nothing."""
    first = until - timedelta(days=7 * weeks - 1)
    tablet = Treatment(id=uuid4(), kind="medication", name="Ibuprofen", started_on=first + timedelta(days=14))
    nights = [first + timedelta(days=day) for day in range(7 * weeks)]
    taken = [{tablet.id: True} if night >= tablet.started_on else None for night in nights]
    return [
        tablet,
        *(
            entry(night, night_pain=6, worst_pain=6, treatments_taken=answer)
            for night, answer in zip(nights, taken, strict=True)
        ),
    ]


def visit(day: date, *, about_this_pain: bool = True) -> Event:
    """A doctor examined the pain, or something else."""
    return Event(id=uuid4(), kind="doctor_visit", date=day, about_this_pain=about_this_pain)


def pain_of_long_ago(*, visited: int = 370) -> list[Resource]:
    """The same nights, of a pain that a doctor examined so many days ago, after which the diary was kept a while."""
    seen = days_ago(visited)
    kept = [entry(seen + timedelta(days=day), night_pain=6, worst_pain=6) for day in range(1, 11)]
    return [visit(seen), *kept, *nights_that_no_tablet_helped()]


def write(person: Person, *contents: Resource, now: datetime = NOON) -> Recorded:
    """Store everything that is new, in one transaction, as a sync does."""
    return _record(person, [Change(_type(content), content.id, content) for content in contents], now)


def edit(person: Person, *contents: Resource, now: datetime = NOON) -> Recorded:
    """Replace what stands."""
    return _record(person, [Change(_type(content), content.id, content, "*") for content in contents], now)


def delete(person: Person, *contents: Resource, now: datetime = NOON) -> Recorded:
    return _record(person, [Change(_type(content), content.id, None) for content in contents], now)


def _record(person: Person, changes: Iterable[Change], now: datetime) -> Recorded:
    return record_changes(patient_id=person.patient_id, actor_id=person.id, changes=list(changes), now=now)


def _type(content: Resource) -> Any:
    return type(content).__name__.lower()
