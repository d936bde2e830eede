"""What goes first when more is due than can be sent at once: the most urgent tier, then what has been due longest.

The broker keeps a list for each of four priorities, and gives from the first that is not empty. An emergency that is
raised meanwhile goes before all that waits; of the rest, each keeps to its turn among its own tier.
"""

from collections.abc import Mapping
from typing import Final

from django.db.models import Case, QuerySet, Value, When

from alerts.channels import CHANNELS
from alerts.models import Delivery
from alerts.nudging import nudge
from alerts.rules.tiers import Tier

_PRIORITY: Final[Mapping[str, int]] = {Tier.EMERGENCY: 3, Tier.URGENT: 6}
"""Of what waits, 0 being the first: the steps that workers of every release listen to (`backend.settings.queue`)."""
_JUST_RAISED: Final[Mapping[str, int]] = {**_PRIORITY, Tier.EMERGENCY: 0}
_REST: Final = 9
_RANK: Final = Case(*[When(alert__tier=tier.value, then=Value(tier.rank)) for tier in Tier])


def most_urgent_first(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Those of `deliveries`, by the tier that their alert is sent as, then the longest due first; with their alerts."""
    return deliveries.order_by(_RANK.desc(), "next_attempt_at", "pk").select_related("alert")


def priority_of(delivery: Delivery) -> int:
    """That of its nudge among what waits, 0 being the first."""
    return _PRIORITY.get(delivery.alert.tier, _REST)


def nudge_delivery(delivery: Delivery, *, just_raised: bool = False) -> bool:
    """Have it sent by the worker of its channel; false when the broker did not take it. Never raises."""
    priority = _JUST_RAISED.get(delivery.alert.tier, _REST) if just_raised else priority_of(delivery)
    queue = CHANNELS[delivery.channel].queue
    return nudge("alerts.tasks.deliver", delivery.pk, queue=queue, priority=priority)
