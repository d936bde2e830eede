"""Who wants no more mail of one tier about one diary (`alerts.delivery.unsubscribe`): asked when an alert is routed.

Also the diary's port to it (`diary.unsubscribed_port.UnsubscribedPort`), named by `DIARY_UNSUBSCRIBED_PORT`.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from alerts.models import Unsubscription
from alerts.rules.tiers import Tier
from diary.reaching.suspending import may_be_cut_off
from diary.unsubscribed_port import Unsubscribed


def unsubscribed_from_mail(*, patient_id: UUID, tier: str, user_ids: Iterable[UUID]) -> set[UUID]:
    """Who of `user_ids` wants no mail of the tier about the diary; no one where it is pressing.

    Nor anyone while a way that they chose instead may be cut off: mail is then the one that is left.
    """
    if Tier(tier).is_pressing:
        return set()
    unwanted = Unsubscription.objects.filter(patient_id=patient_id, tier=tier, user_id__in=list(user_ids))
    found = list(unwanted.values_list("user_id", flat=True))
    return set(found) - may_be_cut_off(user_ids=found)


def unsubscribed(*, user_id: UUID) -> list[Unsubscribed]:
    """What someone stopped, the newest first."""
    rows = Unsubscription.objects.filter(user_id=user_id).order_by("-at", "-pk")
    return [Unsubscribed(row.patient_id, row.tier) for row in rows]  # type: ignore[arg-type] # the constraint knows


def keep_unsubscribed(*, user_id: UUID, kept: Collection[Unsubscribed]) -> None:
    """Forget all the others: those mails come again from the next one on."""
    for row in Unsubscription.objects.filter(user_id=user_id):
        if Unsubscribed(row.patient_id, row.tier) not in kept:  # type: ignore[arg-type]
            row.delete()


def unsubscribers(*, patient_id: UUID) -> list[UUID]:
    """The accounts that stopped mails about a diary."""
    return list(Unsubscription.objects.filter(patient_id=patient_id).values_list("user_id", flat=True))
