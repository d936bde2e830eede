"""Local time: what the clock on the wall shows where a person is now.

That is the zone which their own devices and entries told last (neither imports nor caregivers), else the profile's.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, tzinfo
from typing import Final
from uuid import UUID

from diary.format.time_zones import time_zone
from diary.statements import fetch_all

ANYWHERE: Final = "UTC"
"""For who never said where they live."""
ZONE_OF_PATIENT: Final = """
    coalesce(
        (SELECT name FROM diary_localzone WHERE diary_localzone.user_id = diary_patient.user_id),
        nullif(diary_patient.time_zone, '')
    )
"""
"""The same as `zones_told`, for a statement that selects from `diary_patient`; NULL of who never said it."""
_TOLD: Final = """
    SELECT someone, coalesce((SELECT name FROM diary_localzone WHERE user_id = someone),
                             (SELECT time_zone FROM diary_patient WHERE user_id = someone))
    FROM unnest(%(users)s::uuid[]) AS someone
"""


def local_date(*, user_id: UUID, now: datetime) -> date:
    """The person's calendar date."""
    return now.astimezone(zone_of(user_id=user_id)).date()


def zone_of(*, user_id: UUID) -> tzinfo:
    """The zone in which the person is now."""
    return time_zone(zone_name_of(user_id=user_id))


def zone_name_of(*, user_id: UUID) -> str:
    """Its name, as a device or the person wrote it."""
    return zone_names_of(user_ids=[user_id])[user_id]


def zone_names_of(*, user_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The same for several people."""
    return dict.fromkeys(user_ids, ANYWHERE) | zones_told(user_ids=user_ids)


def zones_told(*, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """The same for those of them who ever said where they are."""
    said = fetch_all(_TOLD, {"users": list(user_ids)}) if user_ids else []
    return {user: zone for user, zone in said if zone}
