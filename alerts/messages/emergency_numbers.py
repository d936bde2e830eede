"""The number to call for an ambulance, by country.

Source: the numbers of the national ambulance or joint emergency services, each checked against the emergency numbers
in Google's libphonenumber (short-number metadata, 9.0). Where none is listed it is 112: the single number of the
European Union (Directive (EU) 2018/1972, article 109), used by many others, and the number that every GSM, UMTS and LTE
phone recognises as an emergency call in any network (3GPP TS 22.101, clause 10).
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


def emergency_number(region: str | None) -> str:
    """The number for a region (ISO 3166-1 alpha-2); 112 where the region is not answered or not listed."""
    return _BY_REGION.get(region or "", EVERYWHERE_ELSE)
