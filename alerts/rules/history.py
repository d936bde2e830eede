"""A patient's history: the only input of the rules.

Plain frozen values. `None` always means *not answered*: never zero, never "no". Entries, of which there are most, are
structs: these are made several times as fast as data classes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import UUID

from msgspec import Struct

NOTHING_ANSWERED: Mapping[str, bool] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known about the person. An unanswered field meets no condition."""

    birth_year: int | None = None
    smoking: str | None = None
    asbestos_exposure: bool | None = None
    cancer_history: bool | None = None
    osteoporosis: bool | None = None
    steroid_use: bool | None = None
    losing_weight_on_purpose: bool | None = None
    long_term_lung_condition: bool | None = None


class Answers(Struct, frozen=True, kw_only=True):
    """What one entry answers, and equally what a whole day answers once its entries are merged.

    Scores are whole numbers from 0 to 10 (numeric rating scale), the weight is in kilograms. `sites` that are given
    but do not name a place are a no for that place; `sites` not given leave every place unanswered.
    """

    worst_pain: int | None = None
    night_pain: int | None = None
    rest_pain: int | None = None
    movement_pain: int | None = None
    woke_from_sleep: bool | None = None
    worse_lying_down: bool | None = None
    worse_on_deep_breath: bool | None = None
    worse_on_straining: bool | None = None
    sites: tuple[str, ...] | None = None
    symptoms: Mapping[str, bool] = NOTHING_ANSWERED
    treatments_taken: Mapping[str, bool] = NOTHING_ANSWERED
    weight_kg: float | None = None


class Entry(Answers, frozen=True, kw_only=True):
    """One diary entry about one local day; there may be several a day."""

    id: str | UUID
    date: dt.date
    recorded_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """Something that is being tried. `stopped_on` is the last day it was taken, `None` while it goes on."""

    id: str
    kind: str
    name: str
    started_on: dt.date
    stopped_on: dt.date | None = None
    daily_dose: float | None = None
    dose_unit: str | None = None
    recalled_score_before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened once: an injury, a fall, a fracture, a visit to the doctor, imaging."""

    id: str
    kind: str
    date: dt.date
    trauma: str | None = None
    site: str | None = None
    about_this_pain: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Everything the rules may look at. The order of entries, treatments and events carries no meaning."""

    profile: Profile = field(default_factory=Profile)
    entries: tuple[Entry, ...] = ()
    treatments: tuple[Treatment, ...] = ()
    events: tuple[Event, ...] = ()
