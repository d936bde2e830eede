"""Whom to call: the number of the country someone is in, and how it is said to them and to a caregiver abroad."""

import re
from importlib.resources import files
from zoneinfo import available_timezones

import pytest
from django.utils import translation

from alerts.messages.countries import Place, country_name, country_of_zone
from alerts.messages.emergency_numbers import Call, emergency_call
from alerts.rules.registry import RULES
from alerts.rules.tiers import Tier
from tests.alerts.messages.speaking import said

NOT_THEIR_NUMBER = "AC AF BL CD CF CG CM DJ ET GN GW HT KI KM LY MG MM MR NA NF NG SO SR SX TD WS YE"
"""Where 112 is no number of the country by libphonenumber's data."""


@pytest.mark.parametrize(
    ("region", "number"),
    [
        ("GB", "999"),
        ("US", "911"),
        ("DE", "112"),
        ("ES", "112"),
        ("FR", "15"),
        ("AU", "000"),
        ("JP", "119"),
        ("PH", "911"),
        ("UA", "103"),
        ("XK", "112"),
    ],
)
def test_a_regions_own_number_needs_no_other_words(region: str, number: str) -> None:
    assert emergency_call(Place(region=region).country) == Call(number, region, or_local=False)
    assert said(Place(region=region)).advice == (
        f"Go to an emergency department now, or call {number}. Don't wait, and don't drive yourself."
    )


@pytest.mark.parametrize("region", [*NOT_THEIR_NUMBER.split(), "AQ"])
def test_where_112_is_only_what_phones_answer_the_local_number_is_mentioned(region: str) -> None:
    assert emergency_call(Place(region=region).country) == Call("112", region, or_local=True)
    assert "or call 112 or your local emergency number." in said(Place(region=region)).advice


@pytest.mark.parametrize(
    ("zone", "country", "number"),
    [
        ("America/New_York", "US", "911"),
        ("Asia/Tokyo", "JP", "119"),
        ("Australia/Sydney", "AU", "000"),
        ("Europe/Madrid", "ES", "112"),
        ("Europe/Oslo", "NO", "113"),  # one zone with Berlin in newer tables
        ("Europe/Stockholm", "SE", "112"),
        ("America/Coyhaique", "CL", "131"),  # younger than CLDR's data
        ("US/Eastern", "US", "911"),
        ("Japan", "JP", "119"),
        ("Asia/Calcutta", "IN", "112"),
        ("Europe/Kiev", "UA", "103"),
        ("Iceland", "IS", "112"),  # a link to Abidjan
        ("America/Virgin", "VI", "911"),  # a link to Puerto Rico
        ("Africa/Timbuktu", "ML", "15"),  # a link to Abidjan
        ("PST8PDT", "US", "911"),
    ],
)
def test_without_a_region_it_is_the_number_of_the_zones_country(zone: str, country: str, number: str) -> None:
    call = emergency_call(Place(zones=(zone,)).country)
    assert call == Call(number, country, or_local=False)


@pytest.mark.parametrize("zone", ["Asia/Kabul", "Africa/Lagos", "Africa/Djibouti", "Antarctica/Troll"])
def test_a_zones_country_may_need_the_words_too(zone: str) -> None:
    assert emergency_call(Place(zones=(zone,)).country).or_local


@pytest.mark.parametrize(
    "zone", ["UTC", "GMT", "GMT+0", "Zulu", "Etc/UTC", "Etc/GMT+5", "EST", "MST", "HST", "CET", "EET", "No/Where", ""]
)
def test_an_offset_is_no_country(zone: str) -> None:
    assert country_of_zone(zone) is None


@pytest.mark.parametrize("place", [Place(), Place(zones=("UTC",)), Place(region="ZZ")])
def test_with_nothing_known_it_is_112_or_the_local_number(place: Place) -> None:
    assert emergency_call(place.country) == Call("112", None, or_local=True)
    assert "or call 112 or your local emergency number." in said(place).advice


def test_the_region_goes_first_then_the_first_zone_with_a_country() -> None:
    assert Place("DE", ("America/New_York",)).country == "DE"
    assert Place(None, ("UTC", "Asia/Tokyo", "America/New_York")).country == "JP"
    assert Place("ZZ", ("Asia/Tokyo",)).country == "JP"


def test_every_zone_that_is_named_for_a_place_has_a_country() -> None:
    zones = {zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")}
    assert {zone for zone in zones if country_of_zone(zone) is None} == set()


def test_every_zone_has_the_country_of_the_time_zone_database() -> None:
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    assert len(rows) > 400
    assert len({zone for _, _, zone, *_ in rows}) == len(rows)
    assert {zone: country_of_zone(zone) for _, _, zone, *_ in rows} == {zone: country for country, _, zone, *_ in rows}


@pytest.mark.parametrize(
    ("place", "call"),
    [
        (Place(region="US"), "or call 911 (United States)."),
        (Place(zones=("Africa/Lagos",)), "or call 112 or the local emergency number (Nigeria)."),
        (Place(), "or call 112 or their local emergency number."),
    ],
)
def test_a_caregiver_reads_whose_number_it_is_and_what_to_do_from_elsewhere(place: Place, call: str) -> None:
    assert said(place, "Alice").advice == (
        f"Call or go to Alice now. Get them to an emergency department, {call} "
        "It only works there; elsewhere, call Alice or have your emergency service alert theirs."
    )


@pytest.mark.parametrize("rule", [rule.id for rule in RULES.values() if rule.tier is Tier.EMERGENCY])
@pytest.mark.parametrize("region", ["US", "NG", None])
@pytest.mark.parametrize("whose", [None, "Alice"])
def test_with_the_longest_advice_a_message_still_has_at_most_sixty_words(
    rule: str, region: str | None, whose: str | None
) -> None:
    words = said(Place(region=region), whose, rule)
    assert len(re.findall(r"[\w'’]+", f"{words.title}. {words.noted} {words.advice}")) <= 60


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Germany"), ("de", "Deutschland"), ("es", "Alemania"), ("fr", "Allemagne")]
)
def test_a_country_is_named_in_the_readers_language(language: str, name: str) -> None:
    with translation.override(language):
        assert country_name("DE") == name
        assert country_name("AC") != "AC"
