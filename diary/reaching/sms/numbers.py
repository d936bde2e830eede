"""Which telephone numbers are sent to: ordinary ones, in the countries that the installation names.

Codes sent to numbers that cost extra, a part of which goes to whoever asked for them, are how fraud with SMS earns
money. The plan of a country says which numbers these are (`phonenumbers`, after Google's libphonenumber).
"""

from typing import Final

from django.conf import settings
from phonenumbers import NumberParseException, PhoneNumberType, number_type, parse, region_code_for_number

_ORDINARY: Final = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
_OF_NO_COUNTRY: Final = "001"
"""Satellites and international services."""


def may_be_sent_to(number: str) -> bool:
    """Whether codes go to a number (E.164): in a country that is sent to, and at no more than the ordinary price."""
    if not number.startswith(tuple(settings.SMS_PREFIXES)):
        return False
    try:
        parsed = parse(number)
    except NumberParseException:
        return False
    return number_type(parsed) in _ORDINARY and region_code_for_number(parsed) != _OF_NO_COUNTRY
