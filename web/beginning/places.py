"""Where someone can say that they are: every IANA zone as a town in its country, with the time that it is there."""

from collections.abc import Iterable, Sequence
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
    """One zone as it can be chosen: "Madrid · 18:23"."""

    zone: str
    label: str


def places(zones: Iterable[str], *, now: datetime) -> list[Place]:
    """These zones, by the town in each, in the language that is active."""
    return [
        Place(zone, f"{town(zone)} · {time_format(now.astimezone(ZoneInfo(zone)), 'TIME_FORMAT')}") for zone in zones
    ]


def countries(*, now: datetime) -> list[tuple[str, list[Place]]]:
    """All places, by country, in the order of the alphabet of the language that is active."""
    return [(name, places(zones, now=now)) for name, zones in _countries(get_language() or "en").items()]


def regions() -> list[tuple[str, str]]:
    """Code and name of each country, in the order of the alphabet of the language that is active."""
    named = [(code, country_name(code)) for code in set(country_by_zone().values())]
    return sorted(named, key=lambda one: _spelt(one[1]))


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
def _countries(language: str) -> dict[str, list[str]]:
    """The zones of each country, by its name."""
    towns, found = _towns(language), dict[str, list[str]]()
    for zone, country in country_by_zone().items():
        found.setdefault(country_name(country), []).append(zone)
    by_name = sorted(found.items(), key=lambda one: _spelt(one[0]))
    return {name: sorted(zones, key=lambda zone: _spelt(towns[zone])) for name, zones in by_name}


def _spelt(name: str) -> str:
    """As it is looked for in a list: an accent is no other letter."""
    return normalize("NFKD", name).casefold()


@cache
def _towns(language: str) -> dict[str, str]:
    locale = Locale.parse(language, sep="-")
    return {zone: get_timezone_location(zone, locale=locale, return_city=True) for zone in country_by_zone()}
