"""The preferences' port to the code above them that sends emails, and so knows which ones a person stopped.

`settings.DIARY_UNSUBSCRIBED_PORT` names a module that has these functions.
"""

from collections.abc import Collection
from importlib import import_module
from typing import Literal, Protocol, cast
from uuid import UUID

from django.conf import settings
from msgspec import Struct


class Unsubscribed(Struct, frozen=True, forbid_unknown_fields=True):
    """Emails of one tier about one diary that the person stopped (`/caring` has its name). Urgent ones can't be
    stopped.
    """

    patient: UUID
    tier: Literal["watch", "check_up", "see_doctor"]


class UnsubscribedPort(Protocol):
    """What the preferences need of the one who sends mails."""

    def unsubscribed(self, *, user_id: UUID) -> list[Unsubscribed]:
        """What someone stopped, the newest first."""

    def keep_unsubscribed(self, *, user_id: UUID, kept: Collection[Unsubscribed]) -> None:
        """Forget all the others: those mails come again from the next one on. Called with the user's row locked."""

    def unsubscribers(self, *, patient_id: UUID) -> list[UUID]:
        """The accounts that stopped mails about a diary."""


def stopped_mails() -> UnsubscribedPort:
    """The port that the settings name."""
    return cast("UnsubscribedPort", import_module(settings.DIARY_UNSUBSCRIBED_PORT))
