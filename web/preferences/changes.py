"""What each form of the settings changes. Every function raises Invalid for what can't be, or Problem."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from alerts.courtesy.trial import send_test
from diary.format.fields import FOR_GOOD
from diary.format.strict_json import FieldError, Invalid
from diary.reaching.devices import put_device
from diary.reaching.local_time import local_date
from diary.reaching.preferences import read_preferences
from web.preferences.change import Change
from web.preferences.ways import (
    change_ways,
    forget_number,
    give_number,
    number_in,
    offered,
    prove_number,
    stop_here,
    subscribe,
)

A_MONTH: Final = timedelta(days=30)


def _name(change: Change) -> None:
    change.preferences(name=change.form.get("name", ""), language=change.form.get("language") or None)


def _reminder(change: Change) -> None:
    days = [int(day) for day in change.form.getlist("weekdays") if day.isascii() and day.isdecimal() and len(day) == 1]
    change.preferences(logging_reminder={"at": change.form.get("at", ""), "weekdays": days})


def _no_reminder(change: Change) -> None:
    change.preferences(logging_reminder=None)


def _quiet_hours(change: Change) -> None:
    hours = {"start": change.form.get("start", ""), "end": change.form.get("end", "")}
    change.preferences(quiet_hours=hours if any(hours.values()) else None)


def _mails_again(change: Change) -> None:
    stopped = read_preferences(user_id=change.user_id).unsubscribed
    kept = [one for one in stopped if f"{one.patient} {one.tier}" != change.form.get("mails")]
    change.preferences(unsubscribed=[{"patient": str(one.patient), "tier": one.tier} for one in kept])


def _test(change: Change) -> None:
    way = change.form.get("way") or None
    if way not in (None, *offered()):
        raise Invalid([FieldError("/way", "invalid_value", "")])
    send_test(user_id=change.user_id, channel=way, now=change.now)


def _calls(change: Change) -> None:
    change.profile(phone_for_circle=number_in(change.form) or None)


def _region(change: Change) -> None:
    change.profile(region=change.form.get("region") or None)


def _silence(change: Change) -> None:
    days = change.form.get("days", "").strip()
    number = int(days) if days.isascii() and days.isdecimal() and len(days) < 4 else days
    change.profile(silence_notice_days=number or None)


def _pause(change: Change) -> None:
    until = {
        "a_month": local_date(user_id=change.user_id, now=change.now) + A_MONTH,
        "for_good": FOR_GOOD,
        "end": None,
    }
    how_long = change.form.get("how_long", "")
    if how_long not in until:
        raise Invalid([FieldError("/how_long", "invalid_value", "")])
    day = until[how_long]
    change.profile(paused_until=day.isoformat() if day else None)


def _forget_device(change: Change) -> None:
    try:
        device_id = UUID(change.form.get("device", ""))
    except ValueError as error:
        raise Invalid([FieldError("/device", "invalid_value", "")]) from error
    put_device(
        user_id=change.user_id,
        session_id=None,
        device_id=device_id,
        content=None,
        expected=None,
        now=change.now,
    )


CHANGES: Final[Mapping[str, Callable[[Change], None]]] = {
    "name": _name,
    "reminder": _reminder,
    "no-reminder": _no_reminder,
    "quiet-hours": _quiet_hours,
    "mails-again": _mails_again,
    "test": _test,
    "silence": _silence,
    "pause": _pause,
    "device": _forget_device,
    "region": _region,
    "calls": _calls,
    "ways": change_ways,
    "browser": subscribe,
    "no-browser": stop_here,
    "number": give_number,
    "number-code": prove_number,
    "no-number": forget_number,
}
"""By what the form says that it does."""
