"""Where someone can say that they are: every IANA zone as a country and a town, with the time that it is there."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple
from unicodedata import normalize
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location
from django.http import HttpRequest
from django.utils.formats import time_format
from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header

from alerts.messages.countries import country_by_zone, country_name


class Place(NamedTuple):
    """One zone as it can be chosen: "Spain, Madrid · 18:23"."""

    zone: str
    label: str


def places(zones: Sequence[str] | None = None, *, now: datetime) -> list[Place]:
    """These zones, or all of them by the alphabet, in the language that is active."""
    names = _names(get_language() or "en")
    return [
        Place(zone, f"{names[zone]} · {time_format(now.astimezone(ZoneInfo(zone)), 'TIME_FORMAT')}")
        for zone in (names if zones is None else zones)
    ]


def town(zone: str) -> str:
    """What to call where this clock is, in the language that is active; a zone that is no place by its own name."""
    return str(_towns(get_language() or "en").get(zone, zone))


def likely(request: HttpRequest) -> list[str]:
    """The zones of the country that the browser names in the language it would like best, or that speaks it most."""
    wanted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    language, *more = wanted[0][0].split("-") if wanted else [""]
    named = next((part.upper() for part in more if len(part) == 2), None)
    country = named or get_global("likely_subtags").get(language, "").rpartition("_")[2]
    return [zone for zone, of in country_by_zone().items() if of == country]


def guess(zones: Sequence[str], *, now: datetime) -> str:
    """The first of them, if their clocks all show the same; else empty, since the person alone knows."""
    offsets = {now.astimezone(ZoneInfo(zone)).utcoffset() for zone in zones}
    return zones[0] if len(offsets) == 1 else ""


@cache
def _names(language: str) -> dict[str, str]:
    towns = _towns(language)
    named = {zone: f"{country_name(country)}, {towns[zone]}" for zone, country in country_by_zone().items()}
    return dict(sorted(named.items(), key=lambda one: normalize("NFKD", one[1]).casefold()))


@cache
def _towns(language: str) -> dict[str, str]:
    locale = Locale.parse(language, sep="-")
    return {zone: get_timezone_location(zone, locale=locale, return_city=True) for zone in country_by_zone()}
