"""What can wait is held back: by the quiet hours of who is to hear it, and by a snooze of theirs.

Emergency and urgent ignore both. What is held goes out when both are over, once: a newer telling replaces it.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from alerts.models import Alert, Snooze
from alerts.rules.tiers import Tier
from diary.quiet_times import quiet_times


def released_at(*, alert: Alert, user_ids: Collection[UUID], now: datetime) -> dict[UUID, datetime]:
    """For each of these people, when they may be told about the alert: `now`, or when what holds it back ends."""
    if Tier(alert.tier).is_pressing:
        return dict.fromkeys(user_ids, now)
    snoozes = dict(Snooze.objects.filter(alert=alert, user_id__in=user_ids).values_list("user_id", "until"))
    quiet = quiet_times(user_ids=user_ids)
    awake = {user: max(now, snoozes.get(user, now)) for user in user_ids}
    return {user: quiet[user].released_at(at) if user in quiet else at for user, at in awake.items()}
