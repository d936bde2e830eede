"""Which country someone is in, as far as their profile or the time zone of their phone says, and what it is called.

The country of a zone is that of `zone.tab` in the IANA time zone database (package `tzdata`), where each zone has one
country. The file has no old names ("US/Eastern", "Japan"); CLDR says which zone each of them is (package `babel`), and
what a country is called in a language.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from babel import Locale
from babel.core import get_global
from django.utils import translation

_TIME: Final = frozenset({"CET", "EET", "EST", "HST", "MET", "MST", "WET"})
"""Zones named for a time and not for a place, which IANA has made links to some place that keeps this time."""

_BESIDE_ISO: Final = frozenset({"AC", "TA", "XK"})
"""Ascension, Tristan da Cunha and Kosovo: codes in common use that ISO 3166-1 has not assigned."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of where someone is: the region of the profile, and IANA zones, the most telling first."""

    region: str | None = None
    zones: tuple[str, ...] = ()

    @property
    def country(self) -> str | None:
        """ISO 3166-1 alpha-2: the region, else the country of the first zone that has one."""
        if self.region in _countries():
            return self.region
        return next(filter(None, map(country_of_zone, self.zones)), None)


def country_of_zone(zone: str) -> str | None:
    """The country of an IANA zone, also by an old name; None for a mere offset such as "UTC" or "Etc/GMT+5"."""
    if zone in _TIME:
        return None
    by_zone = country_by_zone()
    return by_zone.get(zone) or by_zone.get(get_global("zone_aliases").get(zone, zone))


def country_name(country: str) -> str:
    """The name of a country in the language that is active, without an article."""
    locale = Locale.parse(translation.get_language() or "en", sep="-")
    return str(locale.territories.get(country, country))


@cache
def country_by_zone() -> dict[str, str]:
    """The country of every zone that is a place, each country's zones side by side."""
    return {zone: country for country, _, zone, *_ in _table("zone.tab")}


@cache
def _countries() -> frozenset[str | None]:
    return _BESIDE_ISO.union(country for country, *_ in _table("iso3166.tab"))


def _table(name: str) -> Iterator[list[str]]:
    text = (files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8")
    return (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
