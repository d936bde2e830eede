"""Web push: to a browser, through whichever push service its subscription names (RFC 8030).

Encrypted so that only that browser can read it (RFC 8291), signed so that the service knows who pushes (RFC 8292).
"""

import os
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit
from uuid import UUID

import http_ece
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils import timezone
from py_vapid import Vapid02

from alerts.channels.channel import CALLS, Channel, ChannelError, Endpoint
from alerts.channels.notification import KEPT_FOR, RETRIES, UNSEEN_AFTER, body, data, topic
from alerts.messages.message import Message
from alerts.outbound import AddressRefused, Answer, CallError, call, retry_after, target_of
from diary.reaching.push_subscriptions import NotASubscription, PushSubscription, parsed
from diary.reaching.push_tokens import PushToken, forget_push_token, note_acceptance, note_refusal, push_tokens

_SIGNED_FOR: Final = timedelta(hours=12)  # at most a day (RFC 8292, section 2)


class WebPush(Channel):
    """One message for one browser."""

    retries: ClassVar[Sequence[timedelta]] = RETRIES
    unseen_after: ClassVar[timedelta | None] = UNSEEN_AFTER
    queue: ClassVar[str] = CALLS  # an address that people gave: who dawdles there holds up no mail

    def endpoints(self, user_id: UUID) -> Sequence[Endpoint]:
        """The browsers that the person signed in with and let us push to."""
        if not settings.VAPID_PRIVATE_KEY:
            return []
        return _endpoints(push_tokens(user_id=user_id, platforms=["web"]))

    def endpoint(self, user_id: UUID, id_: str) -> Endpoint | None:
        """One browser, without a look at the others."""
        return _browser(user_id, id_)

    def endpoint_of_last_word(self, user_id: UUID, id_: str) -> Endpoint | None:
        """The browser, also when it has just been signed out."""
        return _browser(user_id, id_, signed_out_too=True)

    def send(self, message: Message, endpoint: Endpoint) -> str:
        """Gives no id: what a push service names a message by is a secret with which it can be taken back."""
        subscription = parsed(endpoint.address)
        try:
            answer = call(
                subscription.endpoint,
                method="POST",
                headers=_headers(message, subscription),
                content=_encrypted(message, subscription),
                limit=0,
            )
        except CallError as error:
            raise ChannelError(error.detail, unconfirmed=error.unconfirmed, silent=error.silent) from error
        _require_accepted(answer, endpoint.address)
        note_acceptance(token=endpoint.address)
        return ""

    def retire(self, *, user_id: UUID, endpoint: Endpoint) -> None:
        """The browser has ended its subscription."""
        forget_push_token(user_id=user_id, device_id=UUID(endpoint.id), token=endpoint.address)


def public_key() -> str | None:
    """The `applicationServerKey` that browsers subscribe with, in URL-safe base64; None where it is not set up."""
    if not settings.VAPID_PRIVATE_KEY:
        return None
    point = _key().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).rstrip(b"=").decode()


def _key() -> Vapid02:
    return Vapid02.from_raw(settings.VAPID_PRIVATE_KEY.encode())


def _headers(message: Message, subscription: PushSubscription) -> dict[str, str]:
    return {
        "Authorization": _authorization(subscription.endpoint),
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(int(KEPT_FOR.total_seconds())),
        "Urgency": "high" if message.pressing else "normal",
        "Topic": topic(message),
    }


def _authorization(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time() + _SIGNED_FOR.total_seconds()),
        "sub": settings.VAPID_SUBJECT,
    }
    signed: str = _key().sign(claims)["Authorization"]
    return signed


def _payload(message: Message) -> dict[str, Any]:
    """A declarative push message, which a browser shows without any script of ours, and opens the link.

    https://www.w3.org/TR/push-api/#declarative-push-message and https://webkit.org/blog/16535/meet-declarative-web-push/:
    `mutable` lets a service worker have it first, to say that it arrived. What service workers have read so far stays
    beside it.
    """
    shown = {
        "title": message.subject,
        "body": body(message),
        "lang": message.language,
        "navigate": message.link,
        "tag": topic(message),
    }
    return {"web_push": 8030, "mutable": True, "notification": shown, **data(message)}


def _encrypted(message: Message, subscription: PushSubscription) -> bytes:
    """For this browser alone, under a key and a salt that are used once."""
    sealed: bytes = http_ece.encrypt(
        msgspec.json.encode(_payload(message)),
        salt=os.urandom(16),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=subscription.public_key,
        auth_secret=subscription.secret,
    )
    return sealed


def _require_accepted(answer: Answer, token: str) -> None:
    """Raises ChannelError unless the service took the message.

    404 and 410 end the subscription (RFC 8030, section 7.3). 403 is a subscription that was not given to our key, or
    a bad day of the service: it ends what is refused again and again. 400 does not get better. All else is tried again.
    """
    if 200 <= answer.status < 300:
        return
    gone = answer.status in (404, 410) or (answer.status == 403 and note_refusal(token=token))
    raise ChannelError(
        f"push service {answer.status}",
        gone=gone,
        permanent=answer.status == 400,
        retry_after=retry_after(answer.headers.get("retry-after"), now=timezone.now()),
    )


def _browser(user_id: UUID, id_: str, *, signed_out_too: bool = False) -> Endpoint | None:
    if not settings.VAPID_PRIVATE_KEY or not id_:
        return None
    found = push_tokens(user_id=user_id, platforms=["web"], device_id=UUID(id_), signed_out_too=signed_out_too)
    return next(iter(_endpoints(found)), None)


def _endpoints(tokens: Iterable[PushToken]) -> list[Endpoint]:
    """Those that are subscriptions of browsers."""
    return [
        Endpoint(str(token.device_id), token.token, receiver=receiver, proved=token.proved)
        for token in tokens
        if (receiver := _receiver(token.token)) is not None
    ]


def _receiver(token: str) -> str | None:
    """The push service in a subscription; "" where it may not be called, None for what is no subscription."""
    try:
        return target_of(parsed(token).endpoint).receiver
    except NotASubscription:
        return None
    except AddressRefused:
        return ""
