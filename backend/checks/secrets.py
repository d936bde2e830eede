"""Keys and tokens: whether they can be what they are for, and cannot be guessed."""

from typing import Final

from cryptography.fernet import Fernet
from django.conf import settings

from backend.checks.fault import Fault

_SHORTEST: Final = 32
"""Characters of a secret: 128 bits in hexadecimal digits, more in any other spelling."""
_LEAST_DIFFERENT: Final = 8
"""A random one has many more different characters; "aaaa…" and "secretsecret…" have not."""
_HOW: Final = "python -c 'import secrets; print(secrets.token_urlsafe(50))'"


def is_guessable(secret: str) -> bool:
    """Whether it is too short or too regular to be random."""
    return len(secret) < _SHORTEST or len(set(secret)) < _LEAST_DIFFERENT


def secret_keys() -> list[Fault]:
    """Also the earlier ones: they still open what they signed."""
    keys = {"SECRET_KEY": [settings.SECRET_KEY], "SECRET_KEY_FALLBACKS": settings.SECRET_KEY_FALLBACKS}
    guessable = [name for name, values in keys.items() if any(map(is_guessable, values))]
    return [Fault(name, f"must be long and random: {_HOW}") for name in guessable]


def note_keys() -> list[Fault]:
    """Each 32 random bytes in URL-safe base64; with any other the first note could not be stored."""
    if all(map(_is_note_key, settings.NOTE_KEYS)):
        return []
    return [Fault("NOTE_KEYS", "must be 32 random bytes each, in URL-safe base64, separated by commas")]


def metrics_token() -> list[Fault]:
    """Empty is no token, and no address to use it at."""
    if not settings.METRICS_TOKEN or not is_guessable(settings.METRICS_TOKEN):
        return []
    return [Fault("METRICS_TOKEN", f"must be empty, or long and random: {_HOW}")]


def _is_note_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return len(set(key)) >= _LEAST_DIFFERENT
