"""How long people have to answer when everything is in a hurry: shared by the tests and the processes they start."""

from datetime import timedelta
from typing import Final

from alerts.rules.tiers import Tier

ASKED_AFTER: Final = dict.fromkeys(
    (Tier.EMERGENCY, Tier.URGENT, Tier.SEE_DOCTOR), (timedelta(seconds=10), timedelta(seconds=40))
)
"""In place of `alerts.escalation.plan.ASKED_AFTER`: long enough to answer at once, short enough to wait for."""
