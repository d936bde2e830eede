"""The number to call for an ambulance, and the line that reaches a doctor on duty, by country.

Source: the numbers of the national ambulance or joint emergency services, each checked against the emergency numbers
in Google's libphonenumber (short-number metadata, 9.0). Where none is listed it is 112: the single number of the
European Union (Directive (EU) 2018/1972, article 109), used by many others, and the number that every GSM, UMTS and LTE
phone recognises as an emergency call in any network (3GPP TS 22.101, clause 10).

Out-of-hours lines are those a health service names itself for the whole country: NHS 111 (nhs.uk; Scotland and Wales
answer the same number), 116117 in Germany (Kassenärztliche Bundesvereinigung) and Norway (helsenorge.no), 15 in France
(service-public.fr: the regulating doctor of the SAMU, where 116 117 is not yet in use), 1450 in Austria
(gesundheit.gv.at), 1177 in Sweden (1177.se). Where there is none for all, none is named.
"""

from typing import Final

EVERYWHERE_ELSE: Final = "112"

_NUMBERS: Final = {
    "911": "AG AI AS BB BM CA CR DM DO EC GD GU JO KN KY LC MP MS MX PA PR PY SH TC US UY VC VE VG VI",
    "999": "BD BH FK GB GG HK IM JE KE MO MY PL QA SC SD SL SS SZ UG",
    "119": "JP KH KR TW",
    "15": "FR GF GP MA MF MQ NC PF PM RE WF YT",
    "000": "AU",
    "111": "NZ",
    "120": "CN",
    "995": "SG",
    "1669": "TH",
    "115": "IR VN",
    "1122": "PK",
    "110": "LK JM",
    "102": "NP",
    "192": "BR",
    "107": "AR",
    "131": "CL",
    "123": "CO EG",
    "118": "BO",
    "104": "CU",
    "10177": "ZA",
    "193": "GH",
    "14": "DZ",
    "190": "TN",
    "101": "IL PS",
    "998": "AE",
    "997": "SA",
    "9999": "OM",
    "140": "LB",
    "122": "IQ",
    "103": "AM AZ BY KG KZ MN",
    "144": "CH LI",
    "113": "NO",
    "124": "BA ME",
    "127": "AL",
    "194": "MK",
    "195": "LA",
}
_BY_REGION: Final = {region: number for number, regions in _NUMBERS.items() for region in regions.split()}

_OUT_OF_HOURS: Final = {"AT": "1450", "DE": "116117", "FR": "15", "GB": "111", "NO": "116117", "SE": "1177"}


def out_of_hours_line(region: str | None) -> str | None:
    """The number that reaches a doctor on duty when the doctor's office is closed; None where no one number does."""
    return _OUT_OF_HOURS.get(region or "")


def emergency_number(region: str | None) -> str:
    """The number for a region (ISO 3166-1 alpha-2); 112 where the region is not answered or not listed."""
    return _BY_REGION.get(region or "", EVERYWHERE_ELSE)
