"""Dates as papers write them: short, in the language that is active, and none that could be read as another."""

from datetime import date
from typing import Final

from babel.dates import format_date, format_skeleton
from django.utils.translation import get_language
from django.utils.translation import gettext as _

_LOCALES: Final = {"en": "en_GB"}
"""American dates name the month first; the others are what their language says."""


def short_day(day: date) -> str:
    """As 3 May 2026."""
    return format_date(day, "medium", locale=written_locale())


def day_and_month(day: date) -> str:
    """As 3 May."""
    return format_skeleton("MMMd", day, locale=written_locale())


def month(day: date) -> str:
    """As May, and 2026 in its first month, where a year begins."""
    return format_skeleton("yMMM" if day.month == 1 else "MMM", day, locale=written_locale())


def from_to(first: date, last: date) -> str:
    """A span of days."""
    return _("%(first)s to %(last)s") % {"first": short_day(first), "last": short_day(last)}


def written_locale() -> str:
    """Whose dates and numbers are written."""
    language = get_language() or "en"
    return _LOCALES.get(language, language)
