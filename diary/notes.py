"""Notes at rest: encrypted under keys of their own, which can be changed without losing a note."""

from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def sealed(note: str) -> str:
    """The ciphertext of `note` under the current key, in URL-safe base64."""
    return _cipher(tuple(settings.NOTE_KEYS)).encrypt(note.encode()).decode("ascii")


def opened(ciphertext: bytes) -> str:
    """The note in `ciphertext`. Raises `cryptography.fernet.InvalidToken` when no known key sealed it."""
    return _cipher(tuple(settings.NOTE_KEYS)).decrypt(bytes(ciphertext)).decode()


def resealed(ciphertext: bytes) -> bytes:
    """The same note under the current key. Raises like `opened`."""
    return _cipher(tuple(settings.NOTE_KEYS)).rotate(bytes(ciphertext))


@cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
