"""`/caring`: the people someone cares for, what is open first; and one alert of theirs, to act on."""

from collections.abc import Iterator
from datetime import date
from http import HTTPStatus
from typing import NamedTuple
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from alerts.acting.answers import opened, say
from alerts.followed import with_followed
from alerts.rules.tiers import Tier
from alerts.showing.shapes import ShownAlert
from alerts.showing.visible import all_shown, visible
from diary.access.circle import caring_of, end
from diary.access.levels import Access, Diary, require
from diary.access.log import Line, note_look
from diary.models import Caregiver, Entry
from diary.problems import Problem, not_found
from web.alert_view import alert_view, said_in
from web.page import see_other
from web.reader import ReaderPage


class CaredFor(NamedTuple):
    """One person: whose diary, whether the reader reads it and writes in it, what is open, the day of the last entry.

    `place_id` is the reader's place in their circle, `phone` the number under which they want to be called.
    `last_entry_on` is None for who does not read the diary, and for an empty one.
    """

    place_id: UUID
    patient_id: UUID
    name: str
    reads: bool
    writes: bool
    phone: str | None
    alerts: list[ShownAlert]
    last_entry_on: date | None


class CaringPage(ReaderPage):
    """The people whose care circle the reader is in: emergencies first, then whoever has something open."""

    reach = {"GET": "account", "POST": "account"}
    here = "caring"

    def get(self, request: HttpRequest) -> HttpResponse:
        """All of them."""
        people = sorted(self._people(), key=_most_pressing, reverse=True)
        return self.page("pages/caring.html", lambda: {"people": people})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Leave one circle. Raises Problem 404 for a place that is not the reader's."""
        places = {str(place.pk): place for place in caring_of(user_id=self.caller.user_id)}
        if (place := places.get(request.POST.get("place", ""))) is None:
            raise not_found()
        access = require(actor_id=self.caller.user_id, patient=place.patient_id, level="alerts")
        end(access=access, caregiver_id=place.pk, now=self.now)
        return see_other("caring")

    def _people(self) -> Iterator[CaredFor]:
        for place in caring_of(user_id=self.caller.user_id):
            try:
                access = require(actor_id=self.caller.user_id, patient=place.patient_id, level="alerts")
            except Problem:  # ended since the places were read
                continue
            yield self._cared_for(place, access)

    def _cared_for(self, place: Caregiver, access: Access) -> CaredFor:
        shown = all_shown(visible(access).filter(state="open"), access, now=self.now)
        reads = access.reaches("read")
        if self.request.method != "HEAD" and (shown or reads):
            note_look(Line("read", "caring"), patient_id=access.patient_id, actor_id=access.actor_id, at=self.now)
        return CaredFor(
            place_id=place.pk,
            patient_id=access.patient_id,
            name=place.patient.user.get_full_name(),
            reads=reads,
            writes=access.reaches("log"),
            phone=place.patient.phone_for_circle,
            alerts=sorted(shown, key=lambda alert: -Tier(alert.tier).rank),
            last_entry_on=_last_entry_on(access.patient_id) if reads else None,
        )


class AlertPage(ReaderPage):
    """One alert of a diary, the reader's own or another's: what to do, who did what, the answers."""

    reach = {"GET": "alerts", "POST": "alerts"}
    here = "caring"

    def get(self, request: HttpRequest, patient: Diary, id: UUID) -> HttpResponse:  # noqa: A002
        """The alert as far as the reader may see it now."""
        return self._shown(id, choice=request.GET.get("say", ""))

    def post(self, request: HttpRequest, patient: Diary, id: UUID) -> HttpResponse:  # noqa: A002
        """Do what was tapped, and show the page again. Raises Problem."""
        said = said_in(request)
        if not visible(self.access).filter(pk=id).exists():
            raise not_found()
        if said.what is None:
            return self._shown(id, status=HTTPStatus.BAD_REQUEST)
        if said.to_be_confirmed:
            return self._shown(id, choice=said.what)
        say(access=self.access, alert_ids=[id], what=said.what, words=said.words, by_link=False, now=self.now)
        return see_other("caring-alert", patient, id)

    def _shown(self, id_: UUID, *, choice: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
        asked = visible(self.access).filter(pk=id_)
        alerts = list(with_followed(asked, reader_id=self.access.actor_id, now=self.now))
        if not alerts:
            raise not_found()
        self.note_look(Line("read", "alert", id_))
        found = opened(access=self.access, alerts=alerts)
        zone = self.zone
        return self.page(
            "pages/alert.html",
            lambda: alert_view(found, say=choice, doctor="report-file", zone=zone, now=self.now),
            status=status,
        )


def _most_pressing(person: CaredFor) -> tuple[int, int]:
    return max((Tier(alert.tier).rank for alert in person.alerts), default=-1), len(person.alerts)


def _last_entry_on(patient_id: UUID) -> date | None:
    days = Entry.objects.filter(patient_id=patient_id, deleted=False).order_by("-date")
    found: date | None = days.values_list("date", flat=True).first()
    return found
