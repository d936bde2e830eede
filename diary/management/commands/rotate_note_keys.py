"""`manage.py rotate_note_keys`: encrypt all that is under `NOTE_KEYS` under the first of them, so the others can go."""

from typing import Any

from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError

from diary.identity.second_factors import reseal_second_factors
from diary.notes import reseal_all


class Command(BaseCommand):
    """To change the key: put a new one first in NOTE_KEYS, restart everything, run this, then take the old one out."""

    help = "Encrypt notes and second factors under the first of NOTE_KEYS; afterwards the others can be taken out."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Say how many notes and second factors were moved, or that a key is missing."""
        try:
            notes, factors = reseal_all(), reseal_second_factors()
        except InvalidToken as error:
            raise CommandError(
                "Something is encrypted under a key that is not in NOTE_KEYS; nothing is lost."
            ) from error
        self.stdout.write(f"{notes} notes and {factors} second factors are encrypted under the current key.")
