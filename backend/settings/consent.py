"""From which age someone may consent to the processing of their own health data, by region.

`MINIMUM_AGES` names them all again, as in `*=18` or `*=16,ES=14`; `*` is every region that is not named, and who names
none. Without it the ages of article 8 of the GDPR hold: 16, or what a member state (or EEA state, or the United
Kingdom) has put in its place. Sources: EU Agency for Fundamental Rights, "Mapping minimum age requirements concerning
the rights of the child in the EU", use of services of the information society; for changes since, the national acts:
Denmark 15 since 2024 (databeskyttelsesloven § 6), Slovenia 15 since 2023 (ZVOP-2, article 8), Norway 13
(personopplysningsloven § 5), Iceland 13 (act 90/2018, article 10), United Kingdom 13 (Data Protection Act 2018, s. 9).
"""

import re

import environ

from backend.settings.environment import env

_GDPR = (
    "*=16,AT=14,BE=13,BG=14,CY=14,CZ=15,DK=15,EE=13,ES=14,FI=13,FR=15,GB=13,GR=15,IS=13,IT=14,LT=14,LV=13,MT=13,NO=13,"
    "PT=13,SE=13,SI=15"
)


def _ages(given: str) -> dict[str, int]:
    found = dict(re.findall(r"(?:^|,) *(\*|[A-Z]{2})=([1-9][0-9]?)(?= *(?:,|$))", given))
    if "*" not in found or len(found) != given.count(",") + 1:
        raise environ.ImproperlyConfigured(f"MINIMUM_AGES must be ages by region, such as *=16,ES=14, not {given!r}")
    return {region: int(age) for region, age in found.items()}


MINIMUM_AGES = _ages(env.str("MINIMUM_AGES", default="") or _GDPR)
