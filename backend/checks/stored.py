"""Whether the keys open what is stored: with others everything would look well until someone reads a note."""

from collections.abc import Iterator
from typing import Final

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import Error, connection, transaction

from alerts.models.webhook import WebhookSecret
from backend.checks.fault import Fault
from diary.models import Entry, Event
from diary.sealing import opened

_AT_MOST: Final = "2s"
"""For each look: the start must not hang on a table without a single note."""


def note_keys() -> list[Fault]:
    """One of each kind is tried, unless NOTE_KEYS_LOST says that what a key sealed is given up.

    A database that is away, or older than this code, cannot be asked: then nothing is wrong.
    """
    if settings.NOTE_KEYS_LOST:
        return []
    try:
        for sealed in _samples():
            opened(sealed)
    except Error:
        return []
    except InvalidToken:
        return [
            Fault(
                "NOTE_KEYS",
                "can't decrypt the stored data: an earlier key is missing, or these keys belong to another service",
            )
        ]
    return []


def _samples() -> Iterator[bytes]:
    for rows in (
        Entry.objects.filter(note__isnull=False).values_list("note", flat=True),
        Event.objects.filter(note__isnull=False).values_list("note", flat=True),
        WebhookSecret.objects.values_list("sealed", flat=True),
        Authenticator.objects.filter(type="totp").values_list("data__secret", flat=True),
    ):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [_AT_MOST])
            found = list(rows.order_by()[:1])
        for sealed in found:
            yield sealed.encode() if isinstance(sealed, str) else bytes(sealed)
