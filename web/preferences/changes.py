"""What each form of the settings changes. Every function raises Invalid for what can't be, or Problem."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.http import QueryDict

from alerts.courtesy.trial import send_test
from diary.access.levels import Access
from diary.access.log import Line
from diary.format.fields import FOR_GOOD, Profile
from diary.format.strict_json import FieldError, Invalid
from diary.format.validation import latest_date, validated
from diary.reaching.devices import put_device
from diary.reaching.local_time import local_date
from diary.reaching.preferences import PreferencesChange, change_preferences, read_preferences
from diary.recording.profile import change_profile

A_MONTH: Final = timedelta(days=30)


class Change(NamedTuple):
    """A form that was sent, by whom and when; `access` is the way into their own diary."""

    form: QueryDict
    access: Access
    now: datetime

    def preferences(self, **given: Any) -> None:
        """Take these over."""
        wanted = validated(PreferencesChange, given, latest=latest_date(self.now))
        change_preferences(user_id=self.access.actor_id, given=wanted, expected=None, now=self.now)

    def profile(self, **given: Any) -> None:
        """Take these over."""
        change_profile(
            patient_id=self.access.patient_id,
            actor_id=self.access.actor_id,
            given=validated(Profile, given, latest=latest_date(self.now)),
            fields=set(given),
            expected=None,
            line=Line("written", "profile"),
            now=self.now,
        )


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
    stopped = read_preferences(user_id=change.access.actor_id).unsubscribed
    kept = [one for one in stopped if f"{one.patient} {one.tier}" != change.form.get("mails")]
    change.preferences(unsubscribed=[{"patient": str(one.patient), "tier": one.tier} for one in kept])


def _test(change: Change) -> None:
    send_test(user_id=change.access.actor_id, channel=None, now=change.now)


def _silence(change: Change) -> None:
    days = change.form.get("days", "").strip()
    number = int(days) if days.isascii() and days.isdecimal() and len(days) < 4 else days
    change.profile(silence_notice_days=number or None)


def _pause(change: Change) -> None:
    until = {
        "a_month": local_date(user_id=change.access.actor_id, now=change.now) + A_MONTH,
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
        user_id=change.access.actor_id,
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
}
"""By what the form says that it does."""
