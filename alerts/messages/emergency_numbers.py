"""The number to call for an ambulance, and the line that reaches a doctor on duty, by country.

Source: the numbers of the national ambulance or joint emergency services, each checked against the emergency numbers
in Google's libphonenumber (short-number metadata, 9.0), but for those of Honduras, Serbia and Uzbekistan, which it does
not have: until they are confirmed, the words "or your local emergency number" go with them. 112 is the single number of
the European Union (Directive (EU) 2018/1972, article 109), used by many others. Where no number is listed it is 112 as
well, since every GSM, UMTS and LTE phone recognises it as an emergency call in any network (3GPP TS 22.101, clause 10);
but these words go with it there too, since by the same metadata (9.0.43) it is no number of these countries.

Out-of-hours lines are those of a whole country, with who is to name them. They are common knowledge and were not looked
up there, which is to be done before the service is offered in a country: NHS 111 (nhs.uk; the same number in Scotland
and Wales; in Northern Ireland the doctor's own line names the one of its trust), 116117 in Germany (Kassenärztliche
Bundesvereinigung) and Norway (helsenorge.no), 15 in France (service-public.fr: the doctor on duty at the SAMU), 1450 in
Austria (gesundheit.gv.at), 1177 in Sweden (1177.se). Where there is none for all, none is named.
"""

from dataclasses import dataclass
from typing import Final

EVERYWHERE_ELSE: Final = "112"

_NUMBERS: Final = {
    "112": (
        "AD AO AT AX BE BG BI BJ BQ BT BW CC CW CX CY CZ DE DK EE ER ES FI FO GE GI GL GR HR HU ID IE IN IS IT KP KW "
        "LS LT LU LV MC MD MT NL NR PT RO RU RW SE SI SJ SK ST SY TL TR TZ VA VU XK ZM ZW"
    ),
    "911": (
        "AG AI AS AW BM BS BZ CA CR DM DO EC FJ FM GD GU HN JO KN KY LC LR MH MP "
        "MS MX PA PH PR PW PY SH SV TC TO TV US UY VC VE VG VI"
    ),
    "999": "BD BH FK GB GG HK IM JE KE MO MY NU PL QA SB SC SD SL SS SZ UG",
    "15": "EH FR GF GP MA MF ML MQ NC NE PF PM RE WF YT",
    "103": "AM AZ BY KG KZ MN TJ UA UZ",
    "119": "JP KH KR TW",
    "118": "BO SM TG",
    "123": "CO EG GT",
    "998": "AE CK MW",
    "101": "IL PS",
    "102": "MV NP",
    "110": "JM LK",
    "111": "NZ PG",
    "115": "IR VN",
    "116": "GM PE",
    "124": "BA ME",
    "144": "CH LI",
    "18": "BF SN",
    "194": "MK RS",
    "000": "AU",
    "03": "TM",
    "10177": "ZA",
    "104": "CU",
    "107": "AR",
    "1122": "PK",
    "113": "NO",
    "114": "MU",
    "117": "MZ",
    "120": "CN",
    "122": "IQ",
    "127": "AL",
    "128": "NI",
    "130": "CV",
    "1300": "GA",
    "131": "CL",
    "14": "DZ",
    "140": "LB",
    "1669": "TH",
    "180": "CI",
    "190": "TN",
    "192": "BR",
    "193": "GH",
    "195": "LA",
    "511": "BB",
    "913": "GY",
    "990": "TT",
    "991": "BN",
    "995": "SG",
    "997": "SA",
    "9999": "OM",
}
UNCONFIRMED: Final = frozenset({"HN", "RS", "UZ"})
"""Countries whose number is listed here and is not known to libphonenumber."""
_BY_REGION: Final = {region: number for number, regions in _NUMBERS.items() for region in regions.split()}

_OUT_OF_HOURS: Final = {"AT": "1450", "DE": "116117", "FR": "15", "GB": "111", "NO": "116117", "SE": "1177"}


def out_of_hours_line(region: str | None) -> str | None:
    """The number that reaches a doctor on duty when the doctor's office is closed; None where no one number does."""
    return _OUT_OF_HOURS.get(region or "")


@dataclass(frozen=True, slots=True)
class Call:
    """The number to call for an ambulance, and the country that it is of (ISO 3166-1 alpha-2), None if not known.

    `or_local`: the words "or your local emergency number" belong to it.
    """

    number: str
    country: str | None
    or_local: bool


def emergency_call(country: str | None) -> Call:
    """The number of a country; 112 where it is not known or not listed."""
    number = _BY_REGION.get(country or "")
    return Call(number or EVERYWHERE_ELSE, country, or_local=number is None or country in UNCONFIRMED)
