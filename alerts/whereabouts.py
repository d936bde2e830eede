"""Where a patient is, which decides the emergency number: the profile's region, else the zones they wrote in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from alerts.histories.of_diary import local_zone_name
from alerts.messages.countries import Place
from diary.models import Entry, Patient


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The zones of the entries about some days, and the newest zone known; empty where the region is known."""

    region: str | None
    by_entry: Mapping[UUID, str]
    by_day: Mapping[date, str]
    newest: str | None

    def place(self, *, day: date, entry: UUID | None = None, zone: str | None = None) -> Place:
        """Where they were: by a `zone` just given, by that entry, by the one recorded last about the day, by the newest
        zone known.
        """
        zones = (zone, self.by_entry.get(entry) if entry else None, self.by_day.get(day), self.newest)
        return Place(region=self.region, zones=tuple(filter(None, zones)))


NOWHERE: Final = Whereabouts(region=None, by_entry={}, by_day={}, newest=None)
"""Of whom nothing is known."""


def whereabouts(patient: Patient, *, days: Collection[date]) -> Whereabouts:
    """What can be known for alerts about the days. Nothing is read where the profile's region says it all."""
    if patient.region and Place(region=patient.region).country:
        return Whereabouts(region=patient.region, by_entry={}, by_day={}, newest=None)
    entries = Entry.objects.filter(patient=patient, deleted=False, date__in=days).order_by("recorded_at", "id")
    written = [(id_, day, zone) for id_, day, zone in entries.values_list("id", "date", "time_zone") if day and zone]
    return Whereabouts(
        region=patient.region,
        by_entry={id_: zone for id_, _, zone in written},
        by_day={day: zone for _, day, zone in written},
        newest=local_zone_name(patient),
    )
