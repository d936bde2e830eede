"""`/u/<token>`: no more mail of one kind, at one click of a mail program (RFC 8058) or of a person.

Stopping and undoing are two pages, and neither has a button once it is done: a second tap meets nothing to press.
Mails about what is pressing can't be stopped; both pages then say what else reaches the reader.
"""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from alerts.delivery.routes import other_ways
from alerts.delivery.unsubscribe import Subscription, resubscribe, subscription, unsubscribe
from alerts.delivery.valid_links import unsubscribed_delivery
from alerts.messages.kinds_of_mail import kind_of_mail
from alerts.messages.ways import WAYS
from diary.reaching.languages import language_of
from diary.reaching.local_time import zone_of
from web.links.link_page import LinkPage
from web.page import rendered, see_other


class UnsubscribePage(LinkPage):
    """Asks on GET and acts on POST: a browser is sent back to read what came of it."""

    template = "pages/unsubscribe.html"

    def get(self, _request: HttpRequest, token: str) -> HttpResponse:
        """What the link would end, with a button, or that it is ended. Raises BadLink, Problem."""
        return self._page(token)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """End it. Mail programs follow no redirect, so they get the page. Raises BadLink, Problem."""
        now = timezone.now()
        delivery_id, tier = unsubscribed_delivery(token, now=now)
        if tier.is_pressing:
            return self._page(token)
        one_click = request.POST.get("List-Unsubscribe") == "One-Click"
        if not one_click and request.POST.get("stop") != "yes":
            return self._page(token, status=HTTPStatus.BAD_REQUEST)
        unsubscribe(delivery_id=delivery_id, tier=tier, now=now)
        return self._page(token) if one_click else see_other("unsubscribe-page", token)

    def _page(self, token: str, *, status: int = HTTPStatus.OK) -> HttpResponse:
        delivery_id, tier = unsubscribed_delivery(token, now=timezone.now())
        held = subscription(delivery_id=delivery_id, tier=tier)
        template = "pages/other_ways.html" if tier.is_pressing else self.template
        language, zone = language_of(user_id=held.user_id), zone_of(user_id=held.user_id)
        return rendered(template, lambda: _view(held, token), language=language, zone=zone, status=status)


class ResubscribePage(UnsubscribePage):
    """`/u/<token>/again`: takes it back."""

    template = "pages/resubscribe.html"

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Take it back. Raises BadLink, Problem."""
        delivery_id, tier = unsubscribed_delivery(token, now=timezone.now())
        if tier.is_pressing:
            return self._page(token)
        if request.POST.get("again") != "yes":
            return self._page(token, status=HTTPStatus.BAD_REQUEST)
        resubscribe(delivery_id=delivery_id, tier=tier)
        return see_other("resubscribe-page", token)


def _view(held: Subscription, token: str) -> dict[str, Any]:
    return {
        "kind": kind_of_mail(held.tier, whose=held.whose) if held.sees_whose else None,
        "whose": held.whose if held.sees_whose else None,
        "ended": held.ended,
        "stop": reverse("unsubscribe-page", args=[token]),
        "again": reverse("resubscribe-page", args=[token]),
        "ways": [WAYS[name] for name in other_ways(user_id=held.user_id, tier=held.tier)],
    }
