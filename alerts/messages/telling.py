"""What a message is to say, and to whom, before it is put into words."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from uuid import UUID

from alerts.messages.countries import Place
from alerts.messages.responses import Did
from alerts.rules.tiers import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """One alert of a message. `days` are those it rests on, None for a reader who may not see the diary.

    `place` is where the patient is.
    """

    alert: UUID
    rule: str
    tier: Tier
    last_day: date
    days: int | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """All that a letter says about its alerts, the most severe first.

    `whose` is the patient's name in a letter to someone else, None in the patient's own. `first_told_on` is the
    reader's date on which the alert was first told to anyone; a reminder names it. `others` are the names of who is
    told beside the patient, in the patient's own letter. `did` is what someone did that it is told for. `zone` is the
    reader's, and `links_epoch` the count for which its links are good (`alerts.messages.links`).
    """

    delivery: UUID
    patient: UUID
    kind: str
    created_at: datetime
    about: tuple[About, ...]
    whose: str | None
    language: str
    first_told_on: date
    links_epoch: int
    others: tuple[str, ...] = ()
    did: Did | None = None
    zone: tzinfo = UTC

    @property
    def lead(self) -> About:
        """The most severe alert."""
        return self.about[0]
