"""`/push-key`: what a browser needs to let us push to it."""

from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.channels.web_push import public_key
from diary.api.contract.description import operation
from diary.api.framework.view import ApiView, answered


class PushKey(Struct, frozen=True):
    """The `applicationServerKey` of web push (RFC 8292), in URL-safe base64; null if this service has no web push."""

    web_push: str | None


class PushKeyView(ApiView):
    """The key; it is no secret."""

    reach = {"GET": "account"}

    @operation("Read the key for web push", tag="Account", answers={200: PushKey})
    def get(self, request: Request) -> Response:
        """For `PushManager.subscribe()`. The subscription is stored as the push token of a device."""
        return answered(PushKey(public_key()))
