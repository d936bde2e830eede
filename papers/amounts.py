"""Doses and weights in words."""

from babel.numbers import format_decimal

from alerts.rules.history import Treatment
from papers.calendar import written_locale
from papers.typesetting.plain_text import one_line


def number(value: float) -> str:
    """To three decimals at most. Thousands are not grouped: the comma of one language is the decimal point of another,
    and no dose may be misread.
    """
    return str(format_decimal(value, locale=written_locale(), group_separator=False))


def name_and_dose(treatment: Treatment) -> str:
    """As Ibuprofen 1200 mg; the daily dose with its unit, where there is one."""
    name, dose = one_line(treatment.name), treatment.daily_dose
    if dose is None:
        return name
    return f"{name} {number(dose)} {one_line(treatment.dose_unit or '')}".strip()
