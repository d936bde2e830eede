"""What to do about a danger sign of someone whose diary the reader may not read: no name is known then.

It answers a write that was refused, so it also has to do for a diary that does not exist.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts.messages.advice import NUMBER_OR_THEIRS
from alerts.messages.emergency_numbers import Call
from alerts.rules.tiers import Tier

_NOW: Final[Mapping[Tier, Promise]] = {
    Tier.EMERGENCY: _(
        "The person you wrote about should go to an emergency department now. Help them get there, or call %(call)s."
    ),
    Tier.URGENT: _("The person you wrote about should see a doctor today. Help them get an appointment."),
}
_LATE: Final[Mapping[Tier, Promise]] = {
    Tier.EMERGENCY: _(
        "If the person you wrote about still has this or it's worse, they should go to an emergency department now, "
        "or call %(call)s. If it has gone, they should tell their doctor."
    ),
    Tier.URGENT: _(
        "If the person you wrote about still has this or it's worse, they should see a doctor today. "
        "If it has gone, they should tell their doctor."
    ),
}


def advice_about_somebody(rule_tier: Tier, call: Call, *, late: bool) -> str:
    """What to do about a sign of an emergency or urgent rule; `late` when it is of weeks ago."""
    number = str(NUMBER_OR_THEIRS) % {"number": call.number} if call.or_local else call.number
    return str((_LATE if late else _NOW)[rule_tier]) % {"call": number}
