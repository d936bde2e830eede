"""`/push-key`: what a browser needs to let us push to it."""

from django.http import HttpRequest, HttpResponse
from msgspec import Struct

from alerts.channels.web_push import public_key
from diary.api.contract import operation
from diary.api.requests import query
from diary.api.view import ApiView, answered


class PushKey(Struct, frozen=True):
    """The `applicationServerKey` of web push (RFC 8292), in URL-safe base64; null where there is no web push."""

    web_push: str | None


class PushKeyView(ApiView):
    """The key; it is no secret."""

    @operation("Read the key for web push", tag="Account", answers={200: PushKey})
    def get(self, request: HttpRequest) -> HttpResponse:
        """For `PushManager.subscribe()`. The subscription is stored as the push token of a device."""
        self.caller(request)
        query(request)
        return answered(PushKey(public_key()))
