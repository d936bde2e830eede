"""`/a/<token>`: the alerts of one message, and what its reader can say about them."""

from http import HTTPStatus
from typing import Final, cast, get_args

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from alerts.acting.by_link import Act, act, alerts_behind
from alerts.delivery.valid_links import opened_delivery
from alerts.models.alert import ASSESSED
from alerts.pages.alert_view import alert_view
from alerts.pages.page import PageView, rendered
from diary.reaching.languages import language_of
from diary.reaching.local_time import zone_of

LONGEST_NOTE: Final = 500
_ACTS: Final = frozenset(word for choice in get_args(Act) for word in get_args(choice))
_CONFIRMED: Final = frozenset({*ASSESSED, "did_not_go"})
"""What the doctor said is asked once more before it is stored: it quietens the diary."""


class AlertPage(PageView):
    """Shows on GET and marks nothing by it; acts on POST."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """The alerts as their recipient may see them now. Raises BadLink, Problem."""
        return _page(request, token, say=request.GET.get("say", ""))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Do what was tapped, and show the page again, which may then be reloaded. Raises BadLink, Problem."""
        now, what = timezone.now(), request.POST.get("do", "")
        delivery_id = opened_delivery(token, now=now)
        if what not in _ACTS:
            return _page(request, token, status=HTTPStatus.BAD_REQUEST)
        if what in _CONFIRMED and request.POST.get("confirmed") != "yes":
            return _page(request, token, say=what)
        words = request.POST.get("note", "").replace("\x00", "").strip()[:LONGEST_NOTE] or None
        act(delivery_id=delivery_id, what=cast("Act", what), words=words, now=now)
        return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": reverse("alert-page", args=[token])})


def _page(request: HttpRequest, token: str, *, say: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    now = timezone.now()
    noted = request.method != "HEAD"  # to which nothing is shown
    opened = alerts_behind(delivery_id=opened_delivery(token, now=now), noted=noted, now=now)
    zone = zone_of(user_id=opened.reader_id)
    return rendered(
        "pages/alert.html",
        lambda: alert_view(opened, say=say, zone=zone, now=now),
        language=language_of(user_id=opened.reader_id),
        zone=zone,
        status=status,
    )
