"""`/consent`: the consent to the processing of health data, and taking it back.

It is asked before the form of an entry is shown, of who signed up and of who came by an invitation alike, with the age
of where they are. Nothing that was written waits for it.
"""

from collections.abc import Mapping
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts.messages.countries import Place
from diary.identity.health_consent import (
    VERSION,
    Declaration,
    asked,
    faults,
    give,
    is_due,
    minimum_age,
    region_of,
    standing,
    withdraw,
)
from diary.reaching.local_time import zone_name_of
from web.page import see_other
from web.reader import NEXT, ReaderPage, way_on

_TICK: Promise = _("Please tick this if you agree.")
_NEWER: Promise = _("The text has changed meanwhile. Please read it again.")


class ConsentPage(ReaderPage):
    """The text with a box to tick; once it is ticked, when that was."""

    reach = {"GET": "account", "POST": "account"}
    here = "account"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The text of now."""
        return self._asked(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep a yes to the text that was shown, or that it is taken back. Raises Problem 404."""
        if request.POST.get("do") == "withdraw":
            withdraw(user_id=self.caller.user_id, now=self.now)
            return see_other("consent")
        if request.POST.get("consent") != "yes":
            return self._asked(request, fault=_TICK)
        region = self._region()
        said = Declaration(request.POST.get("version", ""), minimum_age(region), region)
        if faults(said):
            return self._asked(request, fault=_NEWER)
        give(user_id=self.caller.user_id, said=said, now=self.now)
        return see_other(way_on(request) or "consent")

    def _asked(self, request: HttpRequest, *, fault: Promise | None = None) -> HttpResponse:
        given, wanted = standing(user_id=self.caller.user_id), asked(region=self._region(), language=self.language)
        view: Mapping[str, object] = {
            "consent": wanted,
            "version": VERSION,
            "given": None if is_due(given) else given,
            "fault": fault,
            NEXT: way_on(request),
        }
        return self.page("pages/consent.html", lambda: view, status=HTTPStatus.BAD_REQUEST if fault else HTTPStatus.OK)

    def _region(self) -> str | None:
        """The country whose age counts: the profile's, else that of the person's clock."""
        user_id = self.caller.user_id
        return Place(region=region_of(user_id=user_id), zones=(zone_name_of(user_id=user_id),)).country
