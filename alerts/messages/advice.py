"""What to do next: one action for a tier and a reader, with the emergency number of the country the patient is in.

Never a diagnosis, and never an all-clear: what the service did not find says nothing.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts.rules.tiers import Tier

OUT_OF_HOURS: Final = _(
    "See a doctor today. Call your doctor's office, or the out-of-hours line %(line)s if it's closed."
)
"""The urgent advice to the patient where one number reaches a doctor on duty in the whole country."""


class Advice(NamedTuple):
    """One tier's action: for the patient, and how someone who cares for them can help."""

    you: Promise
    they: Promise


ADVICE: Final[Mapping[Tier, Advice]] = {
    Tier.EMERGENCY: Advice(
        _("Go to an emergency department now, or call %(call)s. Don't wait, and don't drive yourself."),
        _("Call or go to %(name)s now. Get them to an emergency department, or call %(call)s. %(abroad)s"),
    ),
    Tier.URGENT: Advice(
        _("See a doctor today. Call your doctor's office, or the out-of-hours service if it's closed."),
        _("Call or go to %(name)s and help them see a doctor today."),
    ),
    Tier.SEE_DOCTOR: Advice(
        _("Book a visit to your doctor within two weeks, and take this diary with you."),
        _("Ask %(name)s to book a visit to the doctor within two weeks, and offer to come along."),
    ),
    Tier.CHECK_UP: Advice(
        _("Ask for a routine check-up in the next two months, and take this diary with you."),
        _("Suggest that %(name)s asks for a routine check-up in the next two months."),
    ),
    Tier.WATCH: Advice(
        _("Keep logging every day. The app shows what is still missing."),
        _("There is nothing to do except keep in touch with %(name)s."),
    ),
}

LATE: Final[Mapping[Tier, Advice]] = {
    Tier.EMERGENCY: Advice(
        _(
            "If you still have this or it's worse, go to an emergency department now, or call %(call)s. "
            "If it has gone, tell your doctor about it."
        ),
        _(
            "Ask %(name)s if it's still there or worse. If so, get them to an emergency department now, "
            "or call %(call)s. %(abroad)s If it has gone, ask them to tell their doctor."
        ),
    ),
    Tier.URGENT: Advice(
        _("If you still have this or it's worse, see a doctor today. If it has gone, tell your doctor about it."),
        _(
            "Ask %(name)s if it's still there or worse. If so, help them see a doctor today. "
            "If it has gone, ask them to tell their doctor."
        ),
    ),
}
"""For a danger sign that became known weeks after its day, by the tier of its rule."""

IF_REAL: Final[Mapping[Tier, Advice]] = {
    Tier.EMERGENCY: Advice(
        _("If you do have this, go to an emergency department now, or call %(call)s."),
        _("If %(name)s does have this, get them to an emergency department now, or call %(call)s. %(abroad)s"),
    ),
    Tier.URGENT: Advice(
        _("If you do have this, see a doctor today."),
        _("If %(name)s does have this, help them see a doctor today."),
    ),
    Tier.SEE_DOCTOR: Advice(
        _("If something worries you, see a doctor anyway."),
        _("If something worries you, ask %(name)s to see a doctor anyway."),
    ),
    Tier.CHECK_UP: Advice(
        _("If something worries you, see a doctor all the same."),
        _("If something worries you, ask %(name)s to see a doctor all the same."),
    ),
}
"""What a correction still says to do, by the tier of the rule: it must not read as an all-clear."""

IF_NOT_SEEN: Final[Mapping[Tier, Advice]] = {
    Tier.EMERGENCY: Advice(
        _("If not, don't wait: go to an emergency department now, or call %(call)s."),
        _("If not, don't wait: get %(name)s to an emergency department now, or call %(call)s. %(abroad)s"),
    ),
    Tier.URGENT: Advice(
        _("If not, see a doctor today."),
        _("If not, help %(name)s see a doctor today."),
    ),
    Tier.SEE_DOCTOR: Advice(
        _("If not, please book a visit this week."),
        _("If not, ask %(name)s to book a visit this week."),
    ),
}
"""What goes with the question "Were you seen?", by the tier it was sent as."""

NUMBER_OR_YOURS: Final = _("%(number)s or your local emergency number")
NUMBER_OF: Final = _("%(number)s (%(country)s)")
NUMBER_OR_LOCAL: Final = _("%(number)s or the local emergency number (%(country)s)")
NUMBER_OR_THEIRS: Final = _("%(number)s or their local emergency number")
"""The emergency number as the advice names it. A caregiver reads which country's it is."""

FROM_ABROAD: Final = _("It only works there; elsewhere, call %(name)s or have your emergency service alert theirs.")
"""What follows the number in every text to a caregiver; the service does not know where they are."""
