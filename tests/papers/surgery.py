"""A surgery's program that opens SMART Health Links, after the specification and by nothing of this service but HTTP.

Decrypted with the primitive itself, and not with the library that encrypts: `tests/clients` opens one with another
library of JOSE, and Chromium with its own.
"""

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.http import HttpResponse
from django.test import Client


@dataclass(frozen=True)
class Link:
    """A link, read."""

    url: str
    key: bytes
    payload: dict[str, Any]

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    def manifest(self, *, recipient: Any = "Surgery Dr Meyer", **asked: Any) -> HttpResponse:
        """What a POST answers."""
        body = {"recipient": recipient, **asked}
        return Client().post(self.path, body, content_type="application/json")  # type: ignore[return-value]

    def file(self, **query: str) -> HttpResponse:
        """What a GET answers."""
        return Client().get(self.path, query)  # type: ignore[return-value]

    def decrypted(self, token: str) -> tuple[dict[str, Any], Any]:
        """The header of the JWE, and the JSON in it. Raises InvalidTag for another key, and for what was changed."""
        head, key, nonce, ciphertext, tag = token.split(".")
        assert key == ""
        plain = AESGCM(self.key).decrypt(_bytes(nonce), _bytes(ciphertext) + _bytes(tag), head.encode())
        return json.loads(_bytes(head)), json.loads(plain)


def read_link(link: str) -> Link:
    """What the QR code says, with or without the page before it."""
    _, scheme, encoded = link.rpartition("shlink:/")
    assert scheme
    payload = json.loads(_bytes(encoded))
    return Link(payload["url"], _bytes(payload["key"]), payload)


def _bytes(encoded: str) -> bytes:
    return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
