"""A wall clock that sweeps as beat does, at times that are given, and what someone was sent by it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.courtesy.reminders import owe_reminders
from alerts.courtesy.send import send_courtesies
from tests.cast import Person
from tests.receiver import MailReceiver

EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
MINUTE = timedelta(minutes=1)


def wall(text: str, zone: str, fold: int = 0) -> datetime:
    """The instant at which the clock of the zone shows the text."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def lives_in(person: Person, zone: str, number: int = 1) -> None:
    """One of the person's phones tells the zone."""
    id_ = f"0190b6e0-0000-7000-8000-{number:012}"
    stands = person.get(f"devices/{id_}")
    match = {"If_Match": stands.headers["ETag"]} if stands.status == 200 else {}
    assert person.put(f"devices/{id_}", {"id": id_, "platform": "ios", "time_zone": zone}, **match).status < 300


def sweep(now: datetime) -> None:
    """What a sweep has owed and sent at `now`."""
    while owe_reminders(now=now):
        pass
    while send_courtesies(now=now):
        pass


def sweeps(first: datetime, last: datetime, every: timedelta = 30 * MINUTE) -> Iterator[datetime]:
    """The times of the sweeps from the first to the last, each swept before it is given."""
    now = first
    while now <= last:
        sweep(now)
        yield now
        now += every


def reminded_at(
    mailbox: MailReceiver, first: datetime, last: datetime, zone: str, every: timedelta = 30 * MINUTE
) -> list[str]:
    """What the wall clock of the zone showed whenever a mail went out."""
    shown, before = [], len(mailbox.received)
    for now in sweeps(first, last, every):
        shown += [f"{now.astimezone(ZoneInfo(zone)):%a %d %H:%M}"] * (len(mailbox.received) - before)
        before = len(mailbox.received)
    return shown
