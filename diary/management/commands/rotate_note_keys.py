"""`manage.py rotate_note_keys`: encrypt all that is under `NOTE_KEYS` under the first of them, so the others can go."""

from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string


class Command(BaseCommand):
    """To rotate the key: put a new one first in NOTE_KEYS, restart everything, run this, then remove the old one."""

    help = "Re-encrypts all data with the first of NOTE_KEYS; afterwards the others can be removed."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Say how much was moved of what, or that a key is missing."""
        try:
            moved = {what: import_string(reseal)() for what, reseal in settings.NOTE_KEY_HOLDERS.items()}
        except InvalidToken as error:
            raise CommandError(
                "Some data is encrypted with a key that is not in NOTE_KEYS; nothing is lost."
            ) from error
        told = ", ".join(f"{count} {what}" for what, count in moved.items())
        self.stdout.write(f"Encrypted with the current key: {told}.")
