"""`/r/<token>`: the page behind a reminder: once more in an hour, or no more at all. Opening it does nothing."""

from datetime import date
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from alerts.courtesy.by_link import courtesy_behind, note_opened
from alerts.courtesy.reminders import is_wanted, later_of, remind_later, stop_reminders
from alerts.models import Courtesy
from alerts.pages.page import PageView, rendered
from diary.reaching.languages import language_of
from diary.reaching.local_time import local_date, zone_of


class CourtesyPage(PageView):
    """Asks on GET and acts on POST, and by the one click of a mail program (RFC 8058)."""

    def get(self, _request: HttpRequest, token: str) -> HttpResponse:
        """What can be chosen. Raises BadLink."""
        return self._page(courtesy_behind(token))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Do what was tapped, and show the page again. Mail programs follow no redirect. Raises BadLink."""
        now, courtesy = timezone.now(), courtesy_behind(token)
        what = request.POST.get("do", "")
        one_click = request.POST.get("List-Unsubscribe") == "One-Click"
        if one_click or what == "stop":
            stop_reminders(user_id=courtesy.user_id, now=now)
        elif what == "later":
            remind_later(reminder=courtesy, now=now)
        else:
            return self._page(courtesy, status=HTTPStatus.BAD_REQUEST)
        note_opened(courtesy, now=now)
        if one_click:
            return self._page(courtesy)
        return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": reverse("courtesy-page", args=[token])})

    @staticmethod
    def _page(courtesy: Courtesy, *, status: int = HTTPStatus.OK) -> HttpResponse:
        user_id, now = courtesy.user_id, timezone.now()
        view = {
            "wanted": is_wanted(user_id=user_id),
            "later": later_of(courtesy),
            "today": local_date(user_id=user_id, now=now) == date.fromisoformat(courtesy.occasion),
        }
        language, zone = language_of(user_id=user_id), zone_of(user_id=user_id)
        return rendered("pages/reminder.html", lambda: view, language=language, zone=zone, status=status)
