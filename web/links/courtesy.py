"""`/r/<token>`: the page behind a message that is about no alert. Opening it does nothing.

Behind a reminder: once more in an hour, or no more at all. Behind a silence: pausing the diary, for who may.
Behind a test: that it reached the person.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, Final, cast, get_args

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from alerts.courtesy.by_link import courtesy_behind, note_opened
from alerts.courtesy.pauses import HowLong, may_pause, patient_of, pause_by_link
from alerts.courtesy.reminders import is_wanted, later_of, remind_later, stop_reminders
from alerts.messages.letter import because
from alerts.models import Courtesy
from diary.format.fields import FOR_GOOD
from diary.reaching.languages import language_of
from diary.reaching.local_time import local_date, zone_of
from diary.reaching.pause import is_paused
from web.links.link_page import LinkPage
from web.page import rendered, see_other

_TEMPLATES: Final = {
    "reminder": "pages/reminder.html",
    "later": "pages/reminder.html",
    "silence": "pages/silence.html",
    "test": "pages/trial.html",
}


class CourtesyPage(LinkPage):
    """Asks on GET and acts on POST, and by the one click of a mail program (RFC 8058)."""

    def get(self, _request: HttpRequest, token: str) -> HttpResponse:
        """What can be chosen. Raises BadLink, Problem."""
        return _page(courtesy_behind(token))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Do what was tapped, and show the page again. Mail programs follow no redirect. Raises BadLink, Problem."""
        now, courtesy = timezone.now(), courtesy_behind(token)
        one_click = request.POST.get("List-Unsubscribe") == "One-Click"
        if not _done(courtesy, "stop" if one_click else request.POST.get("do", ""), now):
            return _page(courtesy, status=HTTPStatus.BAD_REQUEST)
        note_opened(courtesy, now=now)
        if one_click:
            return _page(courtesy)
        return see_other("courtesy-page", token)


def _done(courtesy: Courtesy, what: str, now: datetime) -> bool:
    """Whether it is something that can be done there; then it is."""
    if courtesy.kind == "silence":
        if what not in get_args(HowLong):
            return False
        pause_by_link(silence=courtesy, how_long=cast("HowLong", what), now=now)
    elif courtesy.kind == "test":
        return what == "opened"  # as after anything that is tapped
    elif what == "stop":
        stop_reminders(user_id=courtesy.user_id, now=now)
    elif what == "later":
        remind_later(reminder=courtesy, now=now)
    else:
        return False
    return True


def _page(courtesy: Courtesy, *, status: int = HTTPStatus.OK) -> HttpResponse:
    user_id, now = courtesy.user_id, timezone.now()
    view = _VIEWS[courtesy.kind](courtesy, now)
    language, zone = language_of(user_id=user_id), zone_of(user_id=user_id)
    return rendered(_TEMPLATES[courtesy.kind], lambda: view, language=language, zone=zone, status=status)


def _reminder(courtesy: Courtesy, now: datetime) -> Mapping[str, Any]:
    return {
        "wanted": is_wanted(user_id=courtesy.user_id),
        "later": later_of(courtesy),
        "today": local_date(user_id=courtesy.user_id, now=now) == date.fromisoformat(courtesy.occasion),
    }


def _silence(courtesy: Courtesy, now: datetime) -> Mapping[str, Any]:
    patient = patient_of(courtesy)
    whose = patient.user.get_full_name()
    return {
        "whose": whose,
        "may_pause": may_pause(courtesy),
        "paused": is_paused(patient, now=now),
        "until": None if patient.paused_until == FOR_GOOD else patient.paused_until,
        "because": because(whose),
    }


def _trial(courtesy: Courtesy, _now: datetime) -> Mapping[str, Any]:
    return {"opened": courtesy.opened_at}


_VIEWS: Final[Mapping[str, Callable[[Courtesy, datetime], Mapping[str, Any]]]] = {
    "reminder": _reminder,
    "later": _reminder,
    "silence": _silence,
    "test": _trial,
}
