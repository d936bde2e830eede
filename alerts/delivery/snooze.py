"""One person gets no messages about an alert for a while. It affects no one else.

Emergency and urgent alerts can't be snoozed, and one that rises to that ignores an earlier snooze. What it held back
goes out when it ends (`alerts.delivery.held_back`).
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from alerts.delivery.held_back import released_at
from alerts.delivery.outbox import nudge_after_commit
from alerts.locks import hold_alert, hold_deliveries
from alerts.models import Alert, Delivery, Snooze
from alerts.rules.tiers import Tier
from diary.access.log import Line, note
from diary.format.strict_json import FieldError, Invalid
from diary.locks import hold_diary
from diary.problems import not_found

LONGEST: Final = timedelta(days=30)
"""A pattern may not be slept away: after a month at the latest it is heard of again."""


class CannotWait(Exception):
    """What was to be snoozed is an emergency or urgent."""


@transaction.atomic
def snooze(*, alert: Alert, user_id: UUID, until: datetime, now: datetime) -> bool:
    """Hold back what the user is owed about the alert; another snooze of theirs replaces it. The access log says so.

    The same again changes nothing; says whether anything changed. What is owed already moves with it, later or earlier.
    Raises CannotWait for an alert that is pressing, Invalid for
    an end that is past or too far ahead.
    """
    if not now < until <= now + LONGEST:
        raise Invalid([FieldError("/until", "invalid_value", _("must be in the future and at most 30 days ahead"))])
    hold_diary(alert.patient_id)
    held = hold_alert(alert.pk)
    if held is None:
        raise not_found()
    if Tier(held.tier).is_pressing:
        raise CannotWait
    if Snooze.objects.filter(alert=alert, user_id=user_id, until=until).exists():
        return False
    note(Line("snoozed", "alert", alert.pk), patient_id=alert.patient_id, actor_id=user_id, at=now)
    held_before = released_at(alert=alert, step="raised", user_ids=[user_id], now=now)[user_id]
    Snooze.objects.update_or_create(alert=alert, user_id=user_id, defaults={"until": until})
    released = released_at(alert=alert, step="raised", user_ids=[user_id], now=now)[user_id]
    owed = hold_deliveries(alert.deliveries.filter(recipient_id=user_id, state="owed"))
    for delivery in owed:
        _move(delivery, held_before, released)
    nudge_after_commit(delivery for delivery in owed if delivery.next_attempt_at == now)
    return True


def _move(delivery: Delivery, held_before: datetime, released: datetime) -> None:
    """What was held until then is held until now; a later retry stays where it is."""
    due_at = delivery.next_attempt_at or released
    due_at = released if due_at <= held_before else max(due_at, released)
    if due_at != delivery.next_attempt_at:
        delivery.next_attempt_at = due_at
        delivery.message = delivery.pk  # later than what it was to go out with
        delivery.save(update_fields=["next_attempt_at", "message"])
