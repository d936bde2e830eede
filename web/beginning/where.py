"""`/where`: where someone is, since a browser without a script does not say. It decides which day an entry is about."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts.messages.countries import country_by_zone
from diary.reaching.local_time import zones_told
from diary.reaching.travel import say_where
from web.beginning.places import countries, guess, likely, places
from web.page import see_other
from web.reader import NEXT, ReaderPage, way_on

_CHOOSE: Promise = _("Choose the place whose clock shows the time of yours.")


class WherePage(ReaderPage):
    """Every clock there is, with a guess that counts only once the person has said yes to it."""

    reach = {"GET": "account", "POST": "account"}

    def get(self, request: HttpRequest) -> HttpResponse:
        """The places, those first that the browser speaks for."""
        return self._asked(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep it, and go on. Raises Problem 404 for an account that is gone."""
        zone = request.POST.get("zone", "")
        if zone not in country_by_zone():
            return self._asked(request, fault=_CHOOSE)
        say_where(user_id=self.caller.user_id, zone=zone, now=self.now)
        return see_other(way_on(request) or "today")

    def _asked(self, request: HttpRequest, *, fault: Promise | None = None) -> HttpResponse:
        near, told = likely(request), zones_told(user_ids=[self.caller.user_id]).get(self.caller.user_id)
        return self.page(
            "pages/where.html",
            lambda: {
                "near": places(near, now=self.now),
                "countries": countries(now=self.now),
                "chosen": told if told in country_by_zone() else guess(near, now=self.now),
                "fault": fault,
                NEXT: way_on(request),
            },
            status=HTTPStatus.BAD_REQUEST if fault else HTTPStatus.OK,
        )
