"""Whether the keys open what is stored: with others everything would look well until someone reads a note.

Under each key that came into use a known text is sealed (`KeyProof`), at the first start with it. What is stored from
before that is sampled.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Final

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import Error, connection, transaction

from alerts.models.webhook import WebhookSecret
from backend.checks.fault import Fault
from backend.models import KeyProof
from diary.models import Entry, Event
from diary.sealing import opened, resealed

_KNOWN: Final = b"this key is in use"
_AT_MOST: Final = "2s"
"""For each look: the start must not hang on a table without a single note."""


def note_keys(*, samples: bool = True) -> list[Fault]:
    """Every proof is tried, and one note of each kind, unless NOTE_KEYS_LOST says that what a key sealed is given up.

    A database that is away, or older than this code, cannot be asked: then nothing is wrong.
    """
    if settings.NOTE_KEYS_LOST:
        return []
    try:
        for sealed in chain(_proofs(), _samples() if samples else ()):
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


def prove_keys(*, now: datetime) -> None:
    """Keep a proof of the current key; of all there are where there is none yet, since any of them may be in use."""
    try:
        kept = list(_proofs())
        used = settings.NOTE_KEYS[:1] if kept else settings.NOTE_KEYS
        for key in used:
            if not any(_opens(key, sealed) for sealed in kept):
                KeyProof.objects.create(sealed=Fernet(key).encrypt(_KNOWN), made_at=now)
    except Error:
        return


def reseal_proofs() -> int:
    """Seal the proofs under the current key, after all else: the other keys can go. Gives how many there are."""
    kept = list(KeyProof.objects.all())
    for proof in kept:
        proof.sealed = resealed(bytes(proof.sealed))
        proof.save(update_fields=["sealed"])
    return len(kept)


def _proofs() -> Iterator[bytes]:
    return map(bytes, KeyProof.objects.order_by("pk").values_list("sealed", flat=True))


def _opens(key: str, sealed: bytes) -> bool:
    try:
        Fernet(key).decrypt(sealed)
    except InvalidToken:
        return False
    return True


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
