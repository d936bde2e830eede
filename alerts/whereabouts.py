"""Where a patient is, which decides the emergency number: by the profile's region, else the zones of their diary."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from alerts.messages.countries import Place
from diary.models import Entry, Patient
from diary.reaching.local_time import zone_name_of


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The zones of the entries about some days, the one they are in now and the profile's; empty where the region is
    known.
    """

    region: str | None
    by_entry: Mapping[UUID, str]
    by_day: Mapping[date, str]
    now_in: str | None
    profile: str | None

    def place(self, *, day: date, entry: UUID | None = None, zone: str | None = None) -> Place:
        """Where they were: by a `zone` just given, by that entry, by the one recorded last about the day, by where
        they are now, by the profile.
        """
        zones = (zone, self.by_entry.get(entry) if entry else None, self.by_day.get(day), self.now_in, self.profile)
        return Place(region=self.region, zones=tuple(filter(None, zones)))


NOWHERE: Final = Whereabouts(region=None, by_entry={}, by_day={}, now_in=None, profile=None)
"""Of whom nothing is known."""


def whereabouts(patient: Patient, *, days: Collection[date]) -> Whereabouts:
    """What can be known for alerts about the days. Nothing is read where the profile's region says it all."""
    if patient.region and Place(region=patient.region).country:
        return Whereabouts(region=patient.region, by_entry={}, by_day={}, now_in=None, profile=None)
    entries = Entry.objects.filter(patient=patient, deleted=False, date__in=days).order_by("recorded_at", "id")
    written = [(id_, day, zone) for id_, day, zone in entries.values_list("id", "date", "time_zone") if day and zone]
    return Whereabouts(
        region=patient.region,
        by_entry={id_: zone for id_, _, zone in written},
        by_day={day: zone for _, day, zone in written},
        now_in=zone_name_of(user_id=patient.user_id),
        profile=patient.time_zone,
    )
