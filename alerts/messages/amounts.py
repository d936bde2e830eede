"""Numbers as they are written in the language that is active."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _


def share(value: float) -> str:
    """A share: 0.054 is 5.4 %."""
    return _("%(number)s%%") % {"number": points(100 * value)}


def share_points(value: float) -> str:
    """A difference of two shares: 0.3 is 30 percentage points."""
    return _("%(number)s percentage points") % {"number": points(100 * value)}


def pain_points(value: float) -> str:
    """A difference of two scores, with its unit."""
    return _("%(number)s points") % {"number": points(value)}


def points(value: float) -> str:
    """To one decimal, which a whole number does without."""
    rounded = round(value, 1)
    return number_format(rounded, 0 if rounded == int(rounded) else 1)


def whole(value: float) -> str:
    """A whole number."""
    return number_format(round(value), 0)
