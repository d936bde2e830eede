"""What to do next: one action for a tier and a reader, with the emergency number of the country the patient is in.

Never a diagnosis, and never an all-clear: what the service did not find says nothing.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts.rules.tiers import Tier

OUT_OF_HOURS: Final = _(
    "Be seen by a doctor today. Call your doctor's office, or the out-of-hours line %(line)s if it is closed."
)
"""The urgent advice to the patient where one number reaches a doctor on duty in the whole country."""


class Advice(NamedTuple):
    """One tier's action: for the patient, and how somebody who cares for them can help."""

    you: Promise
    they: Promise


ADVICE: Final[Mapping[Tier, Advice]] = {
    Tier.EMERGENCY: Advice(
        _("Go to an emergency department now, or call %(call)s. Don't wait, and don't drive yourself."),
        _("Reach %(name)s now and get them to an emergency department, or call %(call)s (%(country)s)."),
    ),
    Tier.URGENT: Advice(
        _("Be seen by a doctor today. Call your doctor's office, or the out-of-hours service if it is closed."),
        _("Reach %(name)s and help them be seen by a doctor today."),
    ),
    Tier.SEE_DOCTOR: Advice(
        _("Book a visit to your doctor within two weeks, and take this diary with you."),
        _("Ask %(name)s to book a visit to the doctor within two weeks, and offer to come along."),
    ),
    Tier.WATCH: Advice(
        _("Keep logging each day. The app shows what is still missing to judge this better."),
        _("There is nothing to do but keep in touch with %(name)s."),
    ),
}

CALL_OR_LOCAL: Final = Advice(
    _(
        "Go to an emergency department now, or call %(call)s or your local emergency number. Don't wait, and don't "
        "drive yourself."
    ),
    _(
        "Reach %(name)s now and get them to an emergency department, or call %(call)s or the local "
        "emergency number (%(country)s)."
    ),
)
"""The emergency advice where the number may not be the country's own."""

CALL_WHEREVER_THEY_ARE: Final = _(
    "Reach %(name)s now and get them to an emergency department, or call %(call)s or their local emergency number."
)
"""The emergency advice to a caregiver where the patient's country is not known."""

FROM_ABROAD: Final = _("It only works there; elsewhere, call %(name)s or have your emergency service alert theirs.")
"""What goes with the emergency advice to every caregiver; the service does not know where they are."""
