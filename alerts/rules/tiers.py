"""How urgent a finding is."""

from __future__ import annotations

from enum import StrEnum


class Tier(StrEnum):
    """From the least to the most urgent; compare with `rank`."""

    WATCH = "watch"
    """Keep logging; says what is still missing. Shown in the app only."""
    CHECK_UP = "check_up"
    """Ask for a routine check-up within two months. Told to the patient alone, once."""
    SEE_DOCTOR = "see_doctor"
    """Book a visit within two weeks."""
    URGENT = "urgent"
    """Be seen the same day."""
    EMERGENCY = "emergency"
    """Go to an emergency department or call the emergency number now."""

    @property
    def rank(self) -> int:
        """0 for watch up to 4 for emergency."""
        return list(Tier).index(self)

    @property
    def is_pressing(self) -> bool:
        """Whether it reaches everyone at once, whatever the hour."""
        return self in (Tier.URGENT, Tier.EMERGENCY)
