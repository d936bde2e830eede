"""`/i/<token>`: a stranger refuses an invitation, at one tap, or at one click of a mail program (RFC 8058)."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from alerts.messages.links import BadLink
from diary.access.refusals import BadToken, Refusable, refusable, refuse
from web.links.link_page import LinkPage
from web.page import language_asked, rendered, see_other


class RefusePage(LinkPage):
    """Asks on GET and acts on POST, since mail scanners open every link."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """What it would refuse, with a button, or that it did. Raises BadLink."""
        return _page(request, token)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Refuse it. Mail programs follow no redirect, so they get the page. Raises BadLink."""
        one_click = request.POST.get("List-Unsubscribe") == "One-Click"
        if not one_click and request.POST.get("refuse") != "yes":
            return _page(request, token, status=HTTPStatus.BAD_REQUEST)
        refuse(place_id=_refusable(token).place_id, now=timezone.now())
        if one_click:
            return _page(request, token)
        return see_other("refuse-page", token)


def _page(request: HttpRequest, token: str, *, status: int = HTTPStatus.OK) -> HttpResponse:
    found = _refusable(token)
    view = {"inviter": found.inviter, "refused": found.refused, "here": reverse("refuse-page", args=[token])}
    return rendered("pages/refuse.html", lambda: view, language=language_asked(request), status=status)


def _refusable(token: str) -> Refusable:
    try:
        return refusable(token)
    except BadToken as bad:
        raise BadLink(expired=bad.expired) from bad
