"""What follows from the one secret of a link: its address, its key, and how a passcode is kept.

Each is an HMAC of the secret under a name of its own (as HKDF expands a key, RFC 5869): whoever has the address cannot
work out the key, and the digest of a passcode says nothing to who has the database without the keys of the notes.
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_bytes
from typing import Final
from unicodedata import normalize

from cryptography.fernet import InvalidToken

from diary.sealing import opened, sealed

BYTES: Final = 32
"""256 bits, as the specification asks of the address and of the key."""


@dataclass(frozen=True, slots=True)
class Secret:
    """The secret of one link."""

    value: bytes

    @classmethod
    def new(cls) -> "Secret":
        """A random one."""
        return cls(token_bytes(BYTES))

    @classmethod
    def unsealed(cls, kept: bytes | memoryview | None) -> "Secret | None":
        """The one that was kept; None when none was, or no known key sealed it."""
        if kept is None:
            return None
        try:
            return cls(bytes.fromhex(opened(bytes(kept))))
        except InvalidToken:
            return None

    @property
    def sealed(self) -> bytes:
        """As it is kept."""
        return sealed(self.value.hex()).encode("ascii")

    @property
    def address(self) -> str:
        """The last part of the link's address: 43 characters."""
        return base64url(self._derived("address"))

    @property
    def key(self) -> bytes:
        """What the files are encrypted with."""
        return self._derived("key")

    def passcode_digest(self, passcode: str) -> bytes:
        """As a passcode is kept; however its letters are composed and whatever blanks are around it."""
        return self._derived(f"passcode {normalize('NFKC', passcode).strip()}")

    def _derived(self, name: str) -> bytes:
        return hmac.digest(self.value, name.encode(), "sha256")


def address_digest(address: str) -> bytes:
    """What a link is found by: nothing that is kept gives its address away."""
    return sha256(address.encode()).digest()


def base64url(value: bytes) -> str:
    """Base64 for addresses, without padding (RFC 4648, section 5)."""
    return urlsafe_b64encode(value).rstrip(b"=").decode("ascii")
