"""What answers about people look like: the care circle, the access log, devices, preferences, the end of an account."""

from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from diary.api.shapes import NextCursor
from diary.format.fields import Instant, Language, Region
from diary.models.access_line import Action as LoggedAction
from diary.models.caregiver import Level, State
from diary.models.device import Platform
from diary.reaching.preferences import LoggingReminder, QuietHours
from diary.unsubscribed_port import Unsubscribed

AnyAlert = Annotated[Any, Meta(extra_json_schema={"$ref": "#/components/schemas/ShownAlert"})]


class Place(Struct, frozen=True):
    """A place in the care circle, as the owner of the diary sees it."""

    id: UUID
    email: str
    level: Level
    state: State
    invited_at: Instant
    expires_at: Instant
    accepted_at: Instant | None
    version: int
    reachable: Annotated[
        bool | None, Meta(description="Whether an alert would reach them now; null until they have accepted.")
    ]


class Circle(Struct, frozen=True):
    """The care circle, and whether an alert would reach the owner of the diary now."""

    items: list[Place]
    next_cursor: NextCursor
    patient_reachable: bool


class Caring(Struct, frozen=True):
    """A diary that the caller has access to. `caregiver` is the id of their place in the circle; delete it to leave."""

    patient: UUID
    name: str
    level: Level
    since: Instant
    caregiver: UUID
    reachable: Annotated[bool, Meta(description="Whether an alert would reach the patient now.")]


class Joined(Caring, frozen=True):
    """The same on joining, with the open emergency and urgent alerts, most severe first."""

    alerts: list[AnyAlert]


class CaringList(Struct, frozen=True):
    """All of them."""

    items: list[Caring]
    next_cursor: NextCursor


class AccessLine(Struct, frozen=True):
    """Who did what with the diary, and when. For an erased account, `actor` is a pseudonym without a name.

    When a shared link was opened, `recipient` is who it was for in their own words, and `actor` who shared it. When the
    operator's support looked at the account or did something about it, `actor_name` is `support` and `reason` says why.
    """

    at: Instant
    actor: UUID
    actor_name: str | None
    action: LoggedAction
    resource: str
    resource_id: UUID | None
    recipient: str | None
    reason: str | None


class AccessLog(Struct, frozen=True):
    """One page of the access log."""

    items: list[AccessLine]
    next_cursor: NextCursor


PushTakenAt = Annotated[
    Instant | None, Meta(description="When another account signed in on the device and took over its push token.")
]
Suspended = Annotated[
    bool, Meta(description="Nothing is sent there until the owner confirms it (`/api/v1/account/review`).")
]


class ShownDevice(Struct, frozen=True):
    """A stored device, with only the end of its push token."""

    id: UUID
    platform: Platform
    push_token_hint: str | None
    push_taken_at: PushTakenAt
    suspended: Suspended
    time_zone: str | None
    app_version: str | None
    language: Language | None
    version: int
    updated_at: Instant


class DevicePage(Struct, frozen=True):
    """One page of devices."""

    items: list[ShownDevice]
    next_cursor: NextCursor


class ShownChannels(Struct, frozen=True):
    """The channels of every tier."""

    emergency: list[str]
    urgent: list[str]
    see_doctor: list[str]
    check_up: list[str]
    watch: list[str]


class ShownPreferences(Struct, frozen=True):
    """The stored preferences. `logging_reminder` reminds the person to write, on days without an entry."""

    name: str
    channels: ShownChannels
    quiet_hours: QuietHours | None
    language: Language | None
    logging_reminder: LoggingReminder | None
    unsubscribed: list[Unsubscribed]
    version: int


class ShownPhone(Struct, frozen=True):
    """The number that alerts are sent to by SMS, and one waiting for its code."""

    number: str | None
    verified_at: Instant | None
    asked_number: str | None
    code_expires_at: Instant | None
    suspended: Suspended


class GivenConsent(Struct, frozen=True):
    """The current consent: the version of the text, the time, and the age the person stated."""

    version: str
    at: Instant
    age_at_least: int
    region: Region | None


class ShownConsent(Struct, frozen=True):
    """Consent to the processing of health data: whether to ask for it, what to show, and what was given."""

    due: bool
    version: str
    text: str
    minimum_age: int
    region: Region | None
    given: GivenConsent | None


class ErasureAsked(Struct, frozen=True):
    """The code has been sent, and is valid until then."""

    expires_at: Instant
