"""`manage.py rotate_note_keys`: encrypt every note under the first of `NOTE_KEYS`, so that the others can go."""

from typing import Any

from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError

from diary.notes import reseal_all


class Command(BaseCommand):
    """To change the key: put a new one first in NOTE_KEYS, restart everything, run this, then take the old one out."""

    help = "Encrypt every note under the first of NOTE_KEYS; afterwards the others can be taken out."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Say how many notes were moved, or that a key is missing."""
        try:
            moved = reseal_all()
        except InvalidToken as error:
            raise CommandError("A note was encrypted under a key that is not in NOTE_KEYS; nothing is lost.") from error
        self.stdout.write(f"{moved} notes are encrypted under the current key.")
