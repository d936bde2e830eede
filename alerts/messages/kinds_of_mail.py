"""The kinds of mail about alerts, in words: those of one tier about one diary. Only what can wait can be stopped."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts.rules.tiers import Tier


class Kind(NamedTuple):
    """For the patient, and for someone who cares for them."""

    you: Promise
    they: Promise


KINDS: Final[Mapping[Tier, Kind]] = {
    Tier.EMERGENCY: Kind(
        _("Emails about emergencies in your diary"),
        _("Emails about emergencies in %(name)s's diary"),
    ),
    Tier.URGENT: Kind(
        _("Emails about things in your diary that a doctor should see the same day"),
        _("Emails about things in %(name)s's diary that a doctor should see the same day"),
    ),
    Tier.SEE_DOCTOR: Kind(
        _("Emails that advise you to see a doctor within two weeks"),
        _("Emails that advise %(name)s to see a doctor within two weeks"),
    ),
    Tier.CHECK_UP: Kind(
        _("Emails that suggest a routine check-up"),
        _("Emails that suggest a routine check-up for %(name)s"),
    ),
}
"""A watch is never mailed."""


def kind_of_mail(tier: Tier, *, whose: str | None) -> str:
    """The mails of a tier about the reader's own diary, or with `whose` about that person's."""
    kind = KINDS[tier]
    return str(kind.they) % {"name": whose} if whose else str(kind.you)
