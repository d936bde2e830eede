"""How a person wants to be named and notified: channels for each tier, quiet hours, language, emails they stopped."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_noop as _
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import asdict

from diary.format.display_names import fault_of_name
from diary.format.fields import Language
from diary.format.sentences import Sentence
from diary.format.strict_json import FieldError, Invalid
from diary.locks import hold_account
from diary.models.preferences import CHECK_UP_CHANNELS
from diary.models.preferences import Preferences as Row
from diary.models.user import User
from diary.problem_types import ProblemType
from diary.problems import STALE_VERSION, Problem, not_found
from diary.reaching.reminders import want_reminders
from diary.reaching.travel import look_again
from diary.unsubscribed_port import Unsubscribed, stopped_mails
from diary.versions import Expected

Tier = Literal["emergency", "urgent", "see_doctor", "check_up", "watch"]
TIERS: Final[tuple[Tier, ...]] = ("emergency", "urgent", "see_doctor", "check_up", "watch")
NEVER_EMPTY: Final[frozenset[Tier]] = frozenset({"emergency", "urgent"})
"""What may not wait may not be switched off either."""

DisplayName = Annotated[
    str,
    Meta(
        max_length=100,
        description=_("one line of at most 80 characters without links, not counting outer spaces; empty for no name"),
    ),
]
LocalTime = Annotated[
    str,
    Meta(
        pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$",
        min_length=5,
        max_length=5,  # "$" alone lets a line break pass
        description=_("a local time of day, HH:MM"),
    ),
]
Weekdays = Annotated[
    list[Annotated[int, Meta(ge=1, le=7, description=_("a weekday from 1 (Monday) to 7 (Sunday)"))]],
    Meta(min_length=1, max_length=7, description=_("a list of 1 to 7 weekdays")),
]
ChannelName = Annotated[str, Meta(min_length=1, max_length=40, description=_("the name of a channel"))]


class QuietHours(Struct, frozen=True, forbid_unknown_fields=True):
    """Start and end in local time; past midnight if the end is before the start."""

    start: LocalTime
    end: LocalTime


class LoggingReminder(Struct, frozen=True, forbid_unknown_fields=True):
    """A reminder to write, in local time, on days without an entry; `weekdays` from 1 (Monday) to 7 (Sunday)."""

    at: LocalTime
    weekdays: Weekdays


class Channels(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The channels of each tier; tiers left out stay as they are."""

    emergency: list[ChannelName] | UnsetType = UNSET
    urgent: list[ChannelName] | UnsetType = UNSET
    see_doctor: list[ChannelName] | UnsetType = UNSET
    check_up: list[ChannelName] | UnsetType = UNSET
    watch: list[ChannelName] | UnsetType = UNSET


class PreferencesChange(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What to change; fields left out stay as they are. `unsubscribed` can only get shorter."""

    name: DisplayName | UnsetType = UNSET
    channels: Channels | UnsetType = UNSET
    quiet_hours: QuietHours | UnsetType | None = UNSET
    language: Language | UnsetType | None = UNSET
    logging_reminder: LoggingReminder | UnsetType | None = UNSET
    unsubscribed: list[Unsubscribed] | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class Preferences:
    """The preferences of one account as they stand. Quiet hours and reminders are none unless someone wants some.

    `unsubscribed` are the mails that someone stopped, the newest first.
    """

    name: str
    channels: Mapping[Tier, list[str]]
    quiet_hours: QuietHours | None
    language: Language | None
    logging_reminder: LoggingReminder | None
    unsubscribed: list[Unsubscribed]
    version: int


def read_preferences(*, user_id: UUID) -> Preferences:
    """The preferences of an account. Raises Problem 404 for one that is gone."""
    user = User.objects.select_related("preferences").filter(pk=user_id).first()
    if user is None:
        raise not_found()
    # The version is read before the list: one that is stopped in between comes with a version that is stale already.
    return _preferences(user, _row_of(user), stopped_mails().unsubscribed(user_id=user_id))


@transaction.atomic
def change_preferences(*, user_id: UUID, given: PreferencesChange, expected: Expected, now: datetime) -> Preferences:
    """Take over what is given. Nothing new changes nothing, whatever version is expected.

    Raises Invalid for what is no name, for a channel that there is not, for a tier that must reach someone and for
    mails that are not stopped, Problem 412 with the current one for a stale version, 404 for an account that is gone.
    """
    _require_sense(given)
    user = hold_account(user_id)
    if user is None:
        raise not_found()
    row, stopped = _row_of(user), stopped_mails().unsubscribed(user_id=user_id)
    kept = stopped if given.unsubscribed is UNSET else [one for one in stopped if one in given.unsubscribed]
    faults = _not_stopped(given, stopped)
    before = _preferences(user, row, stopped)
    _apply(given, user, row)
    after = _preferences(user, row, kept)
    if after == before and not faults:
        return before
    if expected not in (None, "*", before.version):
        raise Problem(
            ProblemType.VERSION_MISMATCH,
            STALE_VERSION,
            headers={"ETag": f'"{before.version}"'},
            members={"current": before},
        )
    if faults:
        raise Invalid(faults)
    row.version += 1
    row.save()
    user.save(update_fields=["name"])
    if after.quiet_hours != before.quiet_hours:
        look_again(user_id=user_id, now=now)
    if after.logging_reminder != before.logging_reminder:
        want_reminders(user_id=user_id, wanted=after.logging_reminder is not None, now=now)
    stopped_mails().keep_unsubscribed(user_id=user_id, kept=kept)
    return replace(after, version=row.version)


def count_change(*, user_id: UUID) -> None:
    """A new version: someone stopped mails, or takes that back, on the page behind a mail's link.

    The caller holds the user's row.
    """
    if not Row.objects.filter(pk=user_id).update(version=F("version") + 1):
        row = _row_of(User.objects.get(pk=user_id))
        row.version += 1
        row.save()


def channels_by_user(*, user_ids: Collection[UUID], tier: str) -> dict[UUID, list[str]]:
    """Through which channels each of these accounts wants to receive a tier (one of `TIERS`), in one statement."""
    chosen = dict(Row.objects.filter(user_id__in=user_ids).values_list("user_id", tier))
    return {user_id: chosen.get(user_id, default_channels(tier)) for user_id in user_ids}


def default_channels(tier: str) -> list[str]:
    """Those of who chose none: all, but for a check-up, which is no alarm: neither an SMS nor a machine is for it."""
    return [name for name in settings.ALERT_CHANNELS if tier != "check_up" or name in CHECK_UP_CHANNELS]


def _apply(given: PreferencesChange, user: User, row: Row) -> None:
    if given.name is not UNSET:
        user.name = given.name.strip()
    if given.channels is not UNSET:
        for tier, channels in asdict(given.channels).items():
            if channels is not UNSET:
                setattr(row, tier, channels)
    if given.quiet_hours is not UNSET:
        hours = given.quiet_hours
        row.quiet_start = None if hours is None else time.fromisoformat(hours.start)
        row.quiet_end = None if hours is None else time.fromisoformat(hours.end)
    if given.language is not UNSET:
        row.language = given.language
    if given.logging_reminder is not UNSET:
        wanted = given.logging_reminder
        row.reminder_at = None if wanted is None else time.fromisoformat(wanted.at)
        row.reminder_weekdays = None if wanted is None else sorted(wanted.weekdays)


def _not_stopped(given: PreferencesChange, stopped: list[Unsubscribed]) -> list[FieldError]:
    """Mails are stopped through the link in one of them only."""
    return [
        FieldError(f"/unsubscribed/{place}", "invalid_value", _("must be one of those currently listed"))
        for place, one in enumerate([] if given.unsubscribed is UNSET else given.unsubscribed)
        if one not in stopped
    ]


def _require_sense(given: PreferencesChange) -> None:
    errors = []
    fault = None if given.name is UNSET else fault_of_name(given.name)
    if fault:
        errors.append(FieldError("/name", "invalid_value", fault))
    channels: dict[Tier, Any] = {} if given.channels is UNSET else asdict(given.channels)  # type: ignore[assignment]
    for tier, names in channels.items():
        if names is not UNSET:
            errors.extend(_faults(tier, names))
    hours = given.quiet_hours
    if isinstance(hours, QuietHours) and hours.start == hours.end:
        errors.append(FieldError("/quiet_hours/end", "invalid_value", _("must not be the start")))
    reminder = given.logging_reminder
    if isinstance(reminder, LoggingReminder) and len(set(reminder.weekdays)) != len(reminder.weekdays):
        errors.append(FieldError("/logging_reminder/weekdays", "invalid_value", _("must not repeat a weekday")))
    if errors:
        raise Invalid(errors)


def _faults(tier: Tier, names: list[str]) -> list[FieldError]:
    known = Sentence(_("must be one of {words}"), words=", ".join(settings.ALERT_CHANNELS))
    faults = [
        FieldError(f"/channels/{tier}/{place}", "invalid_value", known)
        for place, name in enumerate(names)
        if name not in settings.ALERT_CHANNELS
    ]
    if len(set(names)) != len(names):
        faults.append(FieldError(f"/channels/{tier}", "invalid_value", _("must not repeat a channel")))
    if not names and tier in NEVER_EMPTY:
        faults.append(
            FieldError(f"/channels/{tier}", "invalid_value", _("must name a channel, as this tier can't wait"))
        )
    return faults


def _row_of(user: User) -> Row:
    """The account's row, or the one it would have."""
    return getattr(user, "preferences", None) or Row(
        user=user, version=1, **{tier: default_channels(tier) for tier in TIERS}
    )


def _preferences(user: User, row: Row, unsubscribed: list[Unsubscribed]) -> Preferences:
    hours = None
    if row.quiet_start is not None and row.quiet_end is not None:
        hours = QuietHours(f"{row.quiet_start:%H:%M}", f"{row.quiet_end:%H:%M}")
    reminder = None
    if row.reminder_at is not None and row.reminder_weekdays is not None:
        reminder = LoggingReminder(f"{row.reminder_at:%H:%M}", row.reminder_weekdays)
    return Preferences(
        name=user.name,
        channels={tier: getattr(row, tier) for tier in TIERS},
        quiet_hours=hours,
        language=row.language,  # type: ignore[arg-type] # the constraint knows the words
        logging_reminder=reminder,
        unsubscribed=unsubscribed,
        version=row.version,
    )
