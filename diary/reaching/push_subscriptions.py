"""A browser's subscription to web push: the push token of a device of the platform `web`.

It is what `JSON.stringify(subscription)` gives in the browser (W3C Push API): the address of its push service, and
the keys under which only this browser can read what is sent (RFC 8291).
"""

import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from django.utils.translation import gettext_noop as _
from msgspec import Struct

SAYS: Final = _(
    'must be the subscription of a browser: {"endpoint": "https://…", "keys": {"p256dh": "…", "auth": "…"}}'
)
_POINT: Final = re.compile(r"([A-Za-z0-9_-]{87})=?", re.ASCII)  # 65 bytes, and 16
_SECRET: Final = re.compile(r"([A-Za-z0-9_-]{22})(?:==)?", re.ASCII)
_HOST: Final = re.compile(r"[A-Za-z0-9_.-]+(:[0-9]{1,5})?", re.ASCII)


class NotASubscription(Exception):
    """The text is no subscription that anything could be sent to."""


class _Keys(Struct, frozen=True, forbid_unknown_fields=True):
    p256dh: str
    auth: str


class _Given(Struct, frozen=True, forbid_unknown_fields=True, rename={"expires_at": "expirationTime"}):
    endpoint: str
    keys: _Keys
    expires_at: float | None = None


@dataclass(frozen=True, slots=True)
class PushSubscription:
    """Where to send to, the browser's public key (a point of P-256, 65 bytes) and its secret (16 bytes)."""

    endpoint: str
    public_key: EllipticCurvePublicKey
    secret: bytes


def parsed(token: str) -> PushSubscription:
    """The subscription in a push token. Raises NotASubscription."""
    given = _given(token)
    point, secret = _POINT.fullmatch(given.keys.p256dh), _SECRET.fullmatch(given.keys.auth)
    if point is None or secret is None or not _is_address(given.endpoint):
        raise NotASubscription
    try:
        key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), urlsafe_b64decode(point[1] + "="))
    except ValueError as error:
        raise NotASubscription from error
    return PushSubscription(given.endpoint, key, urlsafe_b64decode(secret[1] + "=="))


def in_one_spelling(token: str) -> str:
    """The same subscription always as the same text; a new one must lead to HTTPS. Raises NotASubscription."""
    given = _given(token)
    if parsed(token).endpoint.partition(":")[0] != "https":
        raise NotASubscription
    keys = {"auth": given.keys.auth.rstrip("="), "p256dh": given.keys.p256dh.rstrip("=")}
    return msgspec.json.encode({"endpoint": given.endpoint, "keys": keys}).decode()


def hint(token: str) -> str:
    """What of a push token may be shown the end of: of a subscription its address, else all."""
    try:
        return _given(token).endpoint
    except NotASubscription:
        return token


def _given(token: str) -> _Given:
    try:
        return msgspec.json.decode(token, type=_Given)
    except msgspec.DecodeError as error:
        raise NotASubscription from error


def _is_address(endpoint: str) -> bool:
    """By its looks; what its name leads to is checked whenever it is called (`alerts.outbound`)."""
    try:
        parts = urlsplit(endpoint)
    except ValueError:
        return False
    return parts.scheme in {"https", "http"} and _HOST.fullmatch(parts.netloc) is not None and not parts.fragment
