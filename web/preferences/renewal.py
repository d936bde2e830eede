"""`/settings/browser`: the service worker says that its browser's subscription to notifications was replaced."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from diary.format.strict_json import Invalid
from web.cookie import require_our_script
from web.preferences.settings import SettingsPage
from web.preferences.ways import renew


class RenewalPage(SettingsPage):
    """No page: there may be no window open, and no one who looks."""

    reach = {"POST": "own"}

    @method_decorator(csrf_exempt)  # a service worker has no form
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """An empty answer. Problem 403 for another site, 404 where the reader wants no notifications here."""
        return super().dispatch(request, *args, **kwargs)

    def answered(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """To our own script alone. Raises Problem 403."""
        require_our_script(request)
        return super().answered(request, *args, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Messages go to the new subscription. Raises Problem 404."""
        try:
            renew(self.change())
        except Invalid:
            return HttpResponse(status=HTTPStatus.BAD_REQUEST)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
