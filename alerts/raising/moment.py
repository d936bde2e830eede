"""When and where a diary is looked at."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, and where the patient is. `quietly`: danger signs are kept and sent to no one, as in an import.

    `assessed_on` is the day of the latest assessment in the diary, where all of it was screened.
    """

    at: datetime
    zone: tzinfo
    quietly: bool = False
    assessed_on: date | None = None

    @property
    def today(self) -> date:
        """The patient's calendar date."""
        return self.at.astimezone(self.zone).date()
