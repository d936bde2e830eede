"""What people record: the fields of an entry, a treatment, an event and a profile, and what each may hold.

Every answer has three values: `None` is *not answered*, never zero and never "no". These shapes are the one source
for the API, for its published schema, for the diary document and for the database's constraints.
"""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from diary.format.sentences import gettext_noop as _

Score = Annotated[int, Meta(ge=0, le=10, description=_("a whole number from 0 to 10"))]
Day = Annotated[date, Meta(description=_("a calendar date (YYYY-MM-DD) from 1900-01-01 to tomorrow"))]
Instant = Annotated[datetime, Meta(tz=True, description=_("an RFC 3339 date and time with an offset"))]
ZoneName = Annotated[
    str, Meta(min_length=1, max_length=64, description=_("an IANA time zone name, or an offset such as +02:00"))
]
Weight = Annotated[float, Meta(ge=2, le=500, description=_("a weight of 2 to 500 kilograms; two decimals are kept"))]
Note = Annotated[str, Meta(max_length=4000, description=_("text of at most 4,000 characters"))]
Name = Annotated[str, Meta(min_length=1, max_length=200, description=_("text of 1 to 200 characters"))]
Unit = Annotated[str, Meta(min_length=1, max_length=40, description=_("text of 1 to 40 characters"))]
Dose = Annotated[float, Meta(gt=0, le=1_000_000, description=_("a number above 0 and up to 1,000,000"))]
BirthYear = Annotated[int, Meta(ge=1900, le=2100, description=_("a year from 1900 to 2100"))]

Site = Literal[
    "neck", "upper_back", "mid_back", "lower_back", "left_flank", "right_flank",
    "chest", "shoulder", "hip", "leg", "other",
]  # fmt: skip
Quality = Literal["ache", "sharp", "burning", "electric", "pressure"]
TreatmentKind = Literal["medication", "physiotherapy", "home_exercise", "heat", "injection", "other"]
EventKind = Literal["injury", "fall", "fracture", "doctor_visit", "imaging"]
Trauma = Literal["none", "minor", "major"]
Sex = Literal["female", "male", "other"]
Smoking = Literal["never", "former", "current"]
Language = Literal["en", "es", "de", "fr"]
SilenceNoticeDays = Annotated[int, Meta(ge=3, le=60, description=_("a whole number of days from 3 to 60"))]
FOR_GOOD = date(9999, 12, 31)
"""As the end of a pause: it does not end."""
PausedUntil = Annotated[
    date,
    Meta(
        description=_(
            "the local date on which reminders and notices go on (YYYY-MM-DD, up to the year 2999); "
            "9999-12-31 pauses for good"
        )
    ),
]
PhoneNumber = Annotated[
    str,
    Meta(
        pattern=r"^(?![\s\S]*[^+0-9])\+[1-9][0-9]{6,14}$",
        description=_("a phone number in international format (E.164), such as +34600000000"),
    ),
]
Region = Annotated[
    str,
    Meta(
        pattern="^[A-Z]{2}$",
        min_length=2,
        max_length=2,  # "$" alone lets a line break pass
        description=_("an ISO 3166-1 country code of two capital letters"),
    ),
]


class Symptoms(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The day's accompanying symptoms and danger signs; only answered ones are present."""

    cough: bool | UnsetType = UNSET
    coughing_blood: bool | UnsetType = UNSET
    coughing_much_blood: bool | UnsetType = UNSET
    breathlessness: bool | UnsetType = UNSET
    sudden_breathlessness: bool | UnsetType = UNSET
    breathless_at_rest: bool | UnsetType = UNSET
    chest_pain: bool | UnsetType = UNSET
    sudden_chest_pain: bool | UnsetType = UNSET
    collapse: bool | UnsetType = UNSET
    fatigue: bool | UnsetType = UNSET
    appetite_loss: bool | UnsetType = UNSET
    fever: bool | UnsetType = UNSET
    blood_in_urine: bool | UnsetType = UNSET
    saddle_numbness: bool | UnsetType = UNSET
    bladder_change: bool | UnsetType = UNSET
    bowel_change: bool | UnsetType = UNSET
    leg_weak: bool | UnsetType = UNSET
    both_legs_weak: bool | UnsetType = UNSET
    unsteady_walking: bool | UnsetType = UNSET
    unable_to_walk: bool | UnsetType = UNSET
    band_like_pain: bool | UnsetType = UNSET
    height_loss: bool | UnsetType = UNSET
    spine_deformity: bool | UnsetType = UNSET


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """What a person noted about one local day; a night belongs to the day it ends on. There may be several a day."""

    id: UUID
    date: Day
    recorded_at: Instant
    time_zone: ZoneName
    worst_pain: Score | None = None
    night_pain: Score | None = None
    rest_pain: Score | None = None
    movement_pain: Score | None = None
    woke_from_sleep: bool | None = None
    worse_lying_down: bool | None = None
    worse_on_deep_breath: bool | None = None
    worse_on_straining: bool | None = None
    sites: list[Site] | None = None
    qualities: list[Quality] | None = None
    symptoms: Symptoms | None = None
    treatments_taken: dict[UUID, bool] | None = None
    weight_kg: Weight | None = None
    note: Note | None = None


class Treatment(Struct, frozen=True, forbid_unknown_fields=True):
    """A treatment for the pain. `stopped_on` is the last day it was taken."""

    id: UUID
    kind: TreatmentKind
    name: Name
    started_on: Day
    daily_dose: Dose | None = None
    dose_unit: Unit | None = None
    stopped_on: Day | None = None
    recalled_score_before: Score | None = None


class Event(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that happened once. For a visit, `about_this_pain` defaults to true."""

    id: UUID
    kind: EventKind
    date: Day
    trauma: Trauma | None = None
    site: Site | None = None
    about_this_pain: bool | None = None
    assessed_pain: Score | None = None
    note: Note | None = None


class Profile(Struct, frozen=True, forbid_unknown_fields=True):
    """What the rules and messages need to know about the person; everything is optional.

    `silence_notice_days` is after how many days without an entry caregivers get a notice. While the diary is paused
    there are no reminders, notices, questions ("Were you seen?") or check-ups; danger signs are found and sent as ever.
    `phone_for_circle` is the number under which the care circle calls the person; no message goes there.
    """

    birth_year: BirthYear | None = None
    sex: Sex | None = None
    smoking: Smoking | None = None
    asbestos_exposure: bool | None = None
    cancer_history: bool | None = None
    osteoporosis: bool | None = None
    steroid_use: bool | None = None
    losing_weight_on_purpose: bool | None = None
    long_term_lung_condition: bool | None = None
    time_zone: ZoneName | None = None
    language: Language | None = None
    region: Region | None = None
    silence_notice_days: SilenceNoticeDays | None = None
    paused_until: PausedUntil | None = None
    phone_for_circle: PhoneNumber | None = None


Resource = Entry | Treatment | Event
ResourceType = Literal["entry", "treatment", "event"]
RESOURCES: dict[ResourceType, type[Entry] | type[Treatment] | type[Event]] = {
    "entry": Entry,
    "treatment": Treatment,
    "event": Event,
}
