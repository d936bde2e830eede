"""`/a/<token>`: one alert, and one tap to say that it was seen."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from alerts.links import opened_delivery
from alerts.messages.letter import because
from alerts.opening import alert_behind, confirm_seen
from alerts.pages.page import PageView, rendered
from diary.languages import language_of
from diary.quiet_times import zone_of


class AlertPage(PageView):
    """Shows on GET and marks nothing by it; acknowledges on POST."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """The alert as its recipient may see it now. Raises BadLink, Problem."""
        noted = request.method == "GET"  # to HEAD nothing is shown
        opened = alert_behind(delivery_id=opened_delivery(token), noted=noted, now=timezone.now())
        by = opened.alert.acknowledged_by
        return rendered(
            "pages/alert.html",
            {
                "alert": opened.alert,
                "whose": opened.whose,
                "seen_by_reader": by is not None and by.id == opened.reader_id,
                "because": lambda: because(opened.whose),  # said in the language of the page
            },
            language=language_of(user_id=opened.reader_id),
            zone=zone_of(user_id=opened.reader_id),
        )

    def post(self, _request: HttpRequest, token: str) -> HttpResponse:
        """Acknowledge, and show the page again, which may then be reloaded. Raises BadLink, Problem."""
        confirm_seen(delivery_id=opened_delivery(token), now=timezone.now())
        return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": reverse("alert-page", args=[token])})
