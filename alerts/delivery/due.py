"""Nudging for deliveries that are due, as far as they can be sent now."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from alerts.channels import CHANNELS
from alerts.channels.channel import CALLS
from alerts.delivery.next_in_line import hold_for_account
from alerts.delivery.turns import due_deliveries
from alerts.delivery.urgency import most_urgent_first, nudge_delivery, priority_of


def nudge_deliveries(ids: Sequence[UUID]) -> int | None:
    """Nudge for those of the deliveries that are due, the most urgent first; gives the priority of the last.

    None when the broker did not take one.

    Of what goes to someone's own servers and browsers only as many as may be called at once: the others are held.
    """
    now, calls, rest = timezone.now(), Counter[UUID](), list[UUID]()
    due = most_urgent_first(due_deliveries(now=now).filter(pk__in=ids)).only("channel", "recipient", "alert__tier")
    priority: int | None = 0
    for one in due:
        is_call = CHANNELS[one.channel].queue == CALLS
        calls[one.recipient_id] += is_call
        if is_call and calls[one.recipient_id] > settings.OUTBOUND_AT_ONCE["account"]:
            rest.append(one.pk)
        elif nudge_delivery(one):
            priority = priority_of(one)
        else:
            priority = None
            break
    hold_for_account(rest, now=now)
    return priority
