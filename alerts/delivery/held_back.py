"""Messages that can wait are held back: during the recipient's quiet hours, and while they have snoozed the alert.

Emergency and urgent alerts ignore both; so does the question about an emergency. What is held goes out when both are
over, once: a newer telling replaces it.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from alerts.models import Alert, Snooze
from alerts.rules.tiers import Tier
from diary.reaching.quiet_times import quiet_times


def released_at(*, alert: Alert, step: str, user_ids: Collection[UUID], now: datetime) -> dict[UUID, datetime]:
    """For each of these people, when they may be told about the alert: `now`, or when what holds it back ends."""
    if cannot_wait(Tier(alert.tier), step):
        return dict.fromkeys(user_ids, now)
    snoozes = dict(Snooze.objects.filter(alert=alert, user_id__in=user_ids).values_list("user_id", "until"))
    quiet = quiet_times(user_ids=user_ids)
    awake = {user: max(now, snoozes.get(user, now)) for user in user_ids}
    return {user: quiet[user].released_at(at) if user in quiet else at for user, at in awake.items()}


def cannot_wait(tier: Tier, step: str) -> bool:
    """Whether it may wake someone: what is pressing, but for the question a day later and what the doctor said."""
    if step == "outcome":
        return False
    return tier is Tier.EMERGENCY or (tier.is_pressing and step != "question")
