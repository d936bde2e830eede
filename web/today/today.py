"""`/today`: a new entry, in under a minute. Nothing of yesterday is filled in."""

from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from diary.access.levels import Diary
from diary.format.time_zones import time_zone
from diary.identity.health_consent import is_due, standing
from diary.problems import not_found
from web.page import see_other
from web.reader import NEXT
from web.today.entry_form import EntryForm


class TodayPage(EntryForm):
    """An empty form on GET, with the id that its entry will have; stores on POST."""

    here = "today"

    def get(self, request: HttpRequest, patient: Diary = "me") -> HttpResponse:
        """The form; before it what a diary needs to know once."""
        if self.clock is None:
            return _asked_first("where", request)
        if self.own and is_due(standing(user_id=self.caller.user_id)):
            return _asked_first("consent", request)
        now = self.now.astimezone(time_zone(self.clock))
        given = {"date": now.date().isoformat(), "opened": now.isoformat(), "zone": self.clock}
        return self.form(given, id_=uuid4())

    def post(self, request: HttpRequest, patient: Diary = "me") -> HttpResponse:
        """Store it. Raises Problem 404 for a form that was bent."""
        try:
            id_ = UUID(request.POST.get("id", ""))
        except ValueError:
            raise not_found() from None
        return self.write(id_=id_)


def _asked_first(page: str, request: HttpRequest) -> HttpResponse:
    return see_other(f"{reverse(page)}?{urlencode({NEXT: request.path})}")
