"""`/u/<token>`: no more mail of one kind, at one click of a mail program or of a person (RFC 8058)."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from alerts.links import unsubscribed_delivery
from alerts.messages.kinds_of_mail import kind_of_mail
from alerts.pages.page import PageView, rendered
from alerts.unsubscribing import Subscription, resubscribe, subscription, unsubscribe
from diary.languages import language_of
from diary.quiet_times import zone_of


class UnsubscribePage(PageView):
    """Asks on GET, acts on POST and answers with no redirect, which mail programs would not follow."""

    def get(self, _request: HttpRequest, token: str) -> HttpResponse:
        """What the link would end, with a button. Raises BadLink, Problem."""
        delivery_id, tier = unsubscribed_delivery(token)
        return _page(subscription(delivery_id=delivery_id, tier=tier))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """End it, or take that back. Raises BadLink, Problem."""
        delivery_id, tier = unsubscribed_delivery(token)
        if request.POST.get("List-Unsubscribe") == "One-Click":
            unsubscribe(delivery_id=delivery_id, tier=tier, now=timezone.now())
        elif request.POST.get("take-back") == "yes":
            resubscribe(delivery_id=delivery_id, tier=tier)
        else:
            return _page(subscription(delivery_id=delivery_id, tier=tier), status=HTTPStatus.BAD_REQUEST)
        return _page(subscription(delivery_id=delivery_id, tier=tier))


def _page(held: Subscription, *, status: int = HTTPStatus.OK) -> HttpResponse:
    language = language_of(user_id=held.user_id)
    zone = zone_of(user_id=held.user_id)
    view = {
        "kind": lambda: kind_of_mail(held.tier, whose=held.whose) if held.sees_whose else None,
        "ended": held.ended,
        "pressing": held.tier.is_pressing,
    }
    return rendered("pages/unsubscribe.html", lambda: view, language=language, zone=zone, status=status)
