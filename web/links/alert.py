"""`/a/<token>`: the alerts of one message, and what its reader can say about them."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from alerts.acting.by_link import act, alerts_behind
from alerts.delivery.valid_links import opened_delivery
from diary.reaching.languages import language_of
from diary.reaching.local_time import zone_of
from web.alert_view import alert_view, said_in
from web.links.link_page import LinkPage
from web.page import rendered, see_other


class AlertPage(LinkPage):
    """Shows on GET and marks nothing by it; acts on POST."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """The alerts as their recipient may see them now. Raises BadLink, Problem."""
        return _page(request, token, say=request.GET.get("say", ""))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Do what was tapped, and show the page again, which may then be reloaded. Raises BadLink, Problem."""
        now, said = timezone.now(), said_in(request)
        delivery_id = opened_delivery(token, now=now)
        if said.what is None:
            return _page(request, token, status=HTTPStatus.BAD_REQUEST)
        if said.to_be_confirmed:
            return _page(request, token, say=said.what)
        act(delivery_id=delivery_id, what=said.what, words=said.words, now=now)
        return see_other("alert-page", token)


def _page(request: HttpRequest, token: str, *, say: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    now = timezone.now()
    noted = request.method != "HEAD"  # to which nothing is shown
    opened = alerts_behind(delivery_id=opened_delivery(token, now=now), noted=noted, now=now)
    zone = zone_of(user_id=opened.reader_id)
    return rendered(
        "pages/alert.html",
        lambda: alert_view(opened, say=say, doctor="overview", zone=zone, now=now),
        language=language_of(user_id=opened.reader_id),
        zone=zone,
        status=status,
    )
