"""What papers are made of: a diary as one reader may see it, over a span of days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final, cast
from uuid import UUID

from django.utils.translation import gettext_noop as _

from alerts.histories.of_diary import history_of_patient
from alerts.models import Alert, Delivery
from alerts.rules.case import Case
from alerts.rules.screening import history_up_to
from alerts.rules.tiers import Tier
from alerts.showing.visible import visible
from diary.access.levels import Access
from diary.format.fields import Entry, Event
from diary.format.strict_json import FieldError, Invalid
from diary.models import Caregiver, Patient
from diary.problems import not_found
from diary.reaching.local_time import local_date
from diary.recording import rows
from diary.recording.listing import Span
from diary.recording.rows import Stored

MOST_DAYS: Final = 366
"""Days that a paper may be about: what fits a picture that can be read."""
AN_EMPTY_DIARY: Final = 27
"""Days before the last that a report of nothing begins."""
MOST_EVENTS: Final = 500
MOST_NOTES: Final = 1000
"""The newest of the span; more than a year of daily ones."""
TOO_LONG: Final = _("must be at most 366 days up to `to`, which is today unless it is given")
TOO_LATE: Final = _("must not be after `to`, which is today unless it is given")


@dataclass(frozen=True, slots=True)
class Note:
    """What someone wrote about a day."""

    day: date
    text: str


@dataclass(frozen=True)
class Reading:
    """A diary from `first` to `last`; of what was before it holds what the rules compare with.

    `events` are those up to `last` with their notes, `alerts` those that were not withdrawn, the newest first. Unless
    it is `screened`, something was written that the rules have not looked at yet.
    """

    name: str
    first: date
    last: date
    case: Case
    events: Sequence[Event]
    alerts: Sequence[Alert]
    notes: Sequence[Note] = ()
    screened: bool = True

    @cached_property
    def numbers(self) -> range:
        """The days by number (`date.toordinal`)."""
        return range(self.first.toordinal(), self.last.toordinal() + 1)

    @cached_property
    def answered(self) -> Sequence[int]:
        """Those on which something was answered."""
        return [day for day in self.case.days if day in self.numbers]


@dataclass(frozen=True, slots=True)
class Records:
    """The same diary row by row, for systems that read each answer.

    `entries` are those of the span with who wrote each, by day; `user_id` is the person's own account. `circle` are the
    places in their care circle, for the person alone, and `messages` those that were sent about the alerts.
    """

    patient_id: UUID
    user_id: UUID
    sex: str | None
    entries: Sequence[Stored]
    circle: Sequence[Caregiver] = ()
    messages: Sequence[Delivery] = ()


def read(access: Access, *, asked: Span, notes: bool, now: datetime) -> Reading:
    """Read the diary. Without `asked.last` it ends on the patient's date, and begins no more than a year before.

    Raises Problem 404 when the diary is gone, and Invalid for a span that is too long or ends before it begins.
    """
    patient = Patient.objects.select_related("user").filter(pk=access.patient_id).first()
    if patient is None:
        raise not_found()
    last = asked.last or local_date(user_id=patient.user_id, now=now)
    case = Case(history_up_to(history_of_patient(patient), last))
    first = asked.first or _beginning(case, last)
    _require_readable(first, last)
    return Reading(
        name=patient.user.name,
        first=first,
        last=last,
        case=case,
        events=_events(patient.pk, last),
        alerts=_alerts(access, first, last),
        notes=_notes(patient.pk, first, last) if notes else (),
        screened=patient.screened_revision == patient.revision,
    )


def read_records(access: Access, reading: Reading, *, people: bool) -> Records:
    """The rows behind the reading; without `people` no one is in them but the person. Raises Problem 404."""
    found = Patient.objects.filter(pk=access.patient_id).values_list("user_id", "sex").first()
    if found is None:
        raise not_found()
    circle = Caregiver.objects.filter(patient_id=access.patient_id, state="accepted").select_related("user")
    sent = Delivery.objects.filter(alert__in=[alert.pk for alert in reading.alerts], sent_at__isnull=False)
    of_the_span = "AND NOT deleted AND date BETWEEN %(first)s AND %(last)s ORDER BY date, recorded_at, id"
    asked = {"patient": access.patient_id, "first": reading.first, "last": reading.last}
    return Records(
        patient_id=access.patient_id,
        user_id=found[0],
        sex=found[1],
        entries=rows.select("entry", of_the_span, asked),
        circle=list(circle.order_by("accepted_at", "pk")) if people and access.level == "own" else (),
        messages=list(sent.order_by("sent_at", "pk")) if people else (),
    )


def _beginning(case: Case, last: date) -> date:
    """The first day in the diary, or a year ago."""
    written = [entry.date for entry in case.history.entries] + [event.date for event in case.history.events]
    a_year_ago = date.fromordinal(max(1, last.toordinal() - MOST_DAYS + 2))
    empty = date.fromordinal(max(1, last.toordinal() - AN_EMPTY_DIARY))
    return min((day for day in written if day >= a_year_ago), default=empty)


def _require_readable(first: date, last: date) -> None:
    if first > last:
        raise Invalid([FieldError("/from", "invalid_value", TOO_LATE)])
    if (last - first).days >= MOST_DAYS:
        raise Invalid([FieldError("/from", "invalid_value", TOO_LONG)])


def _events(patient_id: UUID, last: date) -> Sequence[Event]:
    newest = "AND NOT deleted AND date <= %(last)s ORDER BY date DESC, id DESC LIMIT %(most)s"
    found = rows.select("event", newest, {"patient": patient_id, "last": last, "most": MOST_EVENTS})
    return [cast("Event", row.content) for row in found]


def _notes(patient_id: UUID, first: date, last: date) -> Sequence[Note]:
    noted = (
        "AND NOT deleted AND note IS NOT NULL AND date BETWEEN %(first)s AND %(last)s "
        "ORDER BY date DESC, recorded_at DESC, id DESC LIMIT %(most)s"
    )
    found = rows.select("entry", noted, {"patient": patient_id, "first": first, "last": last, "most": MOST_NOTES})
    entries = [cast("Entry", row.content) for row in found]
    return [Note(entry.date, entry.note) for entry in entries if entry.note]


def _alerts(access: Access, first: date, last: date) -> Sequence[Alert]:
    """Those of the span, and those from before that are still open; a watch advises no one to come."""
    alerts = visible(access).exclude(state="withdrawn").exclude(tier=Tier.WATCH).filter(met_on__lte=last)
    in_order = alerts.order_by("-met_on", "-pk")
    return [alert for alert in in_order if alert.state == "open" or alert.last_day >= first]
