"""Who wants no more mail of one tier about one diary (`alerts.unsubscribing`): asked by whoever routes an alert."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from alerts.models import Unsubscription

UNSUBSCRIBED: Final = "unsubscribed"
"""Why a mail is dropped, as its delivery shows it."""


def unsubscribed_from_mail(*, patient_id: UUID, tier: str, user_ids: Iterable[UUID]) -> set[UUID]:
    """Who of `user_ids` wants no mail of the tier about the diary."""
    unwanted = Unsubscription.objects.filter(patient_id=patient_id, tier=tier, user_id__in=list(user_ids))
    return set(unwanted.values_list("user_id", flat=True))
