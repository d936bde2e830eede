"""What the rules and messages of the service say of single entries and events; `make signs` writes `table.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final


@dataclass(frozen=True)
class DangerSignRow:
    """One way in which a single entry or event makes a danger sign by itself."""

    rule: str
    tier: str
    sign: str
    of: str
    """`entry` or `event`."""
    when: Mapping[str, Sequence[str | bool]]
    """Each question with the answers of which one is enough; all of the questions must be answered so."""


_TABLE: Final[dict[str, Any]] = json.loads(files(__package__).joinpath("table.json").read_text("utf-8"))

SIGNS: Final = tuple(DangerSignRow(**row) for row in _TABLE["signs"])
WORDS: Final[Mapping[str, Mapping[str, Any]]] = _TABLE["words"]
"""By language: titles by rule, advice by tier, and what stands for the number where it isn't known."""
NUMBERS: Final[Mapping[str, str]] = {
    country: number for number, countries in _TABLE["numbers"].items() for country in countries.split()
}
"""Emergency numbers by country."""
OUT_OF_HOURS: Final[Mapping[str, str]] = _TABLE["out_of_hours"]
"""The line that reaches a doctor on duty, by country."""


def _countries() -> dict[str, str]:
    """Countries by time zone; `~` stands for the part before the slash, as in the zone before."""
    found = {}
    for country, zones in _TABLE["zones"].items():
        area = ""
        for zone in zones.split():
            whole = area + zone[1:] if zone.startswith("~/") else zone
            area = whole.split("/", 1)[0]
            found[whole] = country
    return found


COUNTRIES: Final[Mapping[str, str]] = _countries()
"""By time zone, old names included."""
