"""Notes at rest: encrypted under keys of their own, which can be changed without losing a note."""

from functools import cache
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction

from diary.models import Entry, Event


def sealed(note: str) -> str:
    """The ciphertext of `note` under the current key, in URL-safe base64."""
    return _cipher(tuple(settings.NOTE_KEYS)).encrypt(note.encode()).decode("ascii")


def opened(ciphertext: bytes) -> str:
    """The note in `ciphertext`. Raises `cryptography.fernet.InvalidToken` when no known key sealed it."""
    return _cipher(tuple(settings.NOTE_KEYS)).decrypt(bytes(ciphertext)).decode()


def readable(ciphertext: bytes) -> str | None:
    """The same; None when no known key sealed it: one note must not hide all others."""
    try:
        return opened(ciphertext)
    except InvalidToken:
        return None


def resealed(ciphertext: bytes) -> bytes:
    """The same note under the current key. Raises like `opened`."""
    return _cipher(tuple(settings.NOTE_KEYS)).rotate(bytes(ciphertext))


@cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def reseal_all(*, at_once: int = 500) -> int:
    """Move every note onto the current key; gives how many were moved.

    Each batch is a transaction of its own, so a stopped run goes on where it was when it is started again. Content,
    versions and revisions stay as they are. Raises like `opened`.
    """
    return sum(_reseal(model, at_once) for model in (Entry, Event))


def _reseal(model: Any, at_once: int) -> int:
    moved, last = 0, (UUID(int=0), UUID(int=0))
    while True:
        with transaction.atomic():
            noted = model.objects.filter(note__isnull=False, pk__gt=last).order_by("pk")
            batch = list(noted.select_for_update(no_key=True).only("patient_id", "id", "note")[:at_once])
            for row in batch:
                row.note = resealed(row.note)
                row.save(update_fields=["note"])
        if not batch:
            return moved
        moved, last = moved + len(batch), batch[-1].pk
