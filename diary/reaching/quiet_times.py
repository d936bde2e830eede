"""Quiet hours: a span of the local day in which nothing that can wait disturbs someone.

They are what the clock on the wall shows, so they keep their times across clock changes and travel.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final
from uuid import UUID

from diary.format.time_zones import time_zone
from diary.models import Device, Entry, Patient, Preferences

ANYWHERE: Final = "UTC"
"""For who never said where they live."""


@dataclass(frozen=True, slots=True)
class QuietTime:
    """From `start` until before `end` by the clock of `zone`; over midnight when the end is before the start."""

    start: time
    end: time
    zone: tzinfo

    def holds(self, instant: datetime) -> bool:
        """Whether the instant falls into it."""
        shown = instant.astimezone(self.zone).time()
        if self.start < self.end:
            return self.start <= shown < self.end
        return shown >= self.start or shown < self.end

    def released_at(self, now: datetime) -> datetime:
        """When what comes up `now` may be sent: immediately outside the quiet time, else when it ends.

        An end that the clocks skip in spring comes as late as it would have come without the change.
        """
        if not self.holds(now):
            return now
        return next(end for end in self._ends(now) if not self.holds(end))

    def _ends(self, now: datetime) -> Iterator[datetime]:
        """The instants after `now` at which the clock shows the end; twice where clocks are put back over it."""
        today = now.astimezone(self.zone).date()
        for ahead in range(3):
            end = datetime.combine(today + timedelta(days=ahead), self.end, self.zone)
            instants = {end.astimezone(UTC), end.replace(fold=1).astimezone(UTC)}
            yield from sorted(instant for instant in instants if instant > now)


def quiet_times(*, user_ids: Collection[UUID]) -> dict[UUID, QuietTime]:
    """Those of these accounts that want quiet hours, with them."""
    wanted = Preferences.objects.filter(user_id__in=user_ids, quiet_start__isnull=False)
    return {
        user: QuietTime(start, end, zone_of(user_id=user))
        for user, start, end in wanted.values_list("user_id", "quiet_start", "quiet_end")
        if start is not None and end is not None
    }


def zone_of(*, user_id: UUID) -> tzinfo:
    """The zone of an account: as its profile says, else its newest device, else its newest entry, else UTC."""
    profiles = Patient.objects.filter(user_id=user_id, time_zone__isnull=False)
    devices = Device.objects.filter(user_id=user_id, time_zone__isnull=False).order_by("-updated_at")
    entries = Entry.objects.filter(patient__user_id=user_id, deleted=False).order_by("-date", "-id")
    said = (
        profiles.values_list("time_zone", flat=True).first()
        or devices.values_list("time_zone", flat=True).first()
        or entries.values_list("time_zone", flat=True).first()
    )
    return time_zone(said or ANYWHERE)
