"""What to do about a danger sign of somebody whose diary the reader may not read: no name is known then.

It answers a write that was refused, so it also has to do for a diary that does not exist.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts.rules.tiers import Tier

ADVICE_ABOUT_SOMEBODY: Final[Mapping[Tier, Promise]] = {
    Tier.EMERGENCY: _(
        "The person you wrote about should go to an emergency department now. Help them get there, or call %(call)s."
    ),
    Tier.URGENT: _("The person you wrote about should see a doctor today. Help them get an appointment."),
    Tier.SEE_DOCTOR: _("The person you wrote about should see their doctor within two weeks. Offer to go with them."),
}
