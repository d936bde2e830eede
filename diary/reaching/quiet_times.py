"""Quiet hours: a span of the local day in which nothing that can wait disturbs someone.

They are what the clock on the wall shows, so they keep their times across clock changes and travel.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from uuid import UUID

from diary.format.time_zones import time_zone
from diary.models import Preferences
from diary.reaching.local_time import zone_names_of


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
    """Those of these accounts that want quiet hours, with them, by the clock where each person is now."""
    wanted = Preferences.objects.filter(user_id__in=user_ids, quiet_start__isnull=False, quiet_end__isnull=False)
    hours = {user: (start, end) for user, start, end in wanted.values_list("user_id", "quiet_start", "quiet_end")}
    zones = zone_names_of(user_ids=hours) if hours else {}
    return {
        user: QuietTime(start, end, time_zone(zones[user]))
        for user, (start, end) in hours.items()
        if start is not None and end is not None
    }
