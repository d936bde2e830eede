"""A browser that subscribed to web push: it alone can read what was encrypted for it, and it knows who may push."""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import uuid4

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils import timezone

from diary.models import Device
from tests.cast import Person
from tests.web_receiver import Request


class Browser:
    """Subscribed at the push service `endpoint`, with the key that our service publishes."""

    def __init__(self, endpoint: str, *, server_key: str) -> None:
        self.endpoint = endpoint
        self.server_key = server_key
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._secret = os.urandom(16)

    @classmethod
    def that_made(cls, endpoint: str, *, server_key: str, private_key: str, secret: str) -> Self:
        """A real one, by what it made for its subscription, each in URL-safe base64."""
        browser = cls(endpoint, server_key=server_key)
        browser._key = ec.derive_private_key(int.from_bytes(_bytes(private_key)), ec.SECP256R1())
        browser._secret = _bytes(secret)
        return browser

    @property
    def subscription(self) -> str:
        """What `JSON.stringify(subscription)` gives."""
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": _text(point), "auth": _text(self._secret)}
        return json.dumps({"endpoint": self.endpoint, "expirationTime": None, "keys": keys})

    def belongs_to(self, person: Person, *, proved: bool = True) -> Device:
        """The device as stored: its push service is on loopback, where no app could have it."""
        now = timezone.now()
        return Device.objects.create(
            user=person.user,
            id=uuid4(),
            platform="web",
            push_token=self.subscription,
            push_proved_at=now if proved else None,
            updated_at=now,
        )

    def read(self, request: Request) -> Any:
        """The message, decrypted (RFC 8291). Raises http_ece.ECEException when it was not for this browser."""
        assert request.headers["content-encoding"] == "aes128gcm"
        return json.loads(http_ece.decrypt(request.body, private_key=self._key, auth_secret=self._secret))

    def claims(self, request: Request) -> Mapping[str, Any]:
        """What the sender says of itself, its signature checked as a push service does (RFC 8292)."""
        scheme, _, parameters = request.headers["authorization"].partition(" ")
        given = dict(part.split("=", 1) for part in parameters.split(","))
        assert (scheme, given["k"]) == ("vapid", self.server_key)
        signed, _, signature = given["t"].rpartition(".")
        raw = _bytes(signature)
        der = utils.encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(given["k"]))
        public.verify(der, signed.encode(), ec.ECDSA(SHA256()))
        header, _, claims = signed.partition(".")
        assert json.loads(_bytes(header))["alg"] == "ES256"
        told: Mapping[str, Any] = json.loads(_bytes(claims))
        assert told["aud"] == "{0.scheme}://{0.netloc}".format(urlsplit(self.endpoint))
        return told


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
