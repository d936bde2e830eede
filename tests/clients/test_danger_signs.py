"""The danger signs that a phone finds by itself are those of the rules."""

import importlib.util
import json
import random
from itertools import product
from types import ModuleType
from typing import Any, get_args
from zoneinfo import available_timezones

import pytest

from diary.format.fields import Entry, Event, EventKind, Site, Symptoms, Trauma
from diary.format.validation import validated
from symptom_diary_client import Kind
from symptom_diary_client.signs.judge import signs_of
from symptom_diary_client.signs.wording import Place, advice
from tests.clients.node import run
from tests.service import ROOT

JUDGE = """
import { readFileSync } from "node:fs";
import { signsOf } from "./src/signs/judge.ts";
const contents = JSON.parse(readFileSync(0, "utf8"));
const found = contents.map(([type, content]) => signsOf(type, content).map((row) => [row.rule, row.sign]));
console.log(JSON.stringify(found));
"""
ADVICE = """
import { readFileSync } from "node:fs";
import { advice } from "./src/signs/wording.ts";
const asked = JSON.parse(readFileSync(0, "utf8"));
const said = asked.map((each) => advice(...each)).map(({ title, advice: text, call }) => [title, text, call]);
console.log(JSON.stringify(said));
"""


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """`clients/danger_signs.py`."""
    spec = importlib.util.spec_from_file_location("danger_signs", ROOT / "clients" / "danger_signs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_are_what_the_rules_and_messages_say(generator: ModuleType) -> None:
    for path, source in generator.sources().items():
        assert path.read_text("utf-8") == source, "make signs"


def test_a_phone_finds_in_any_entry_and_event_what_the_rules_find_in_it_alone(generator: ModuleType) -> None:
    chance = random.Random(16)
    entries = [_entry(generator, chance) for _ in range(1500)]
    events = [_event(generator, chance) for _ in range(300)]
    asked: list[tuple[Kind, dict[str, Any]]] = [("entry", entry) for entry in entries]
    asked += [("event", event) for event in events]
    on_the_phone = json.loads(run("--input-type=module", "--eval", JUDGE, given=json.dumps(asked)))
    on_the_gateway = [[(row.rule, row.sign) for row in signs_of(kind, content)] for kind, content in asked]
    by_the_rules = [
        *(generator.signs_alone(entries=[validated(Entry, entry, latest=generator.DAY)]) for entry in entries),
        *(generator.signs_alone(events=[validated(Event, event, latest=generator.DAY)]) for event in events),
    ]
    assert sum(bool(found) for found in by_the_rules) > 500
    for (_, content), phone, gateway, rules in zip(asked, on_the_phone, on_the_gateway, by_the_rules, strict=True):
        assert sorted(map(tuple, phone)) == sorted(gateway) == sorted(rules), content


def test_phones_and_gateways_say_the_same_in_every_language_and_country(generator: ModuleType) -> None:
    places = [*({"region": region, "timeZone": None} for region in ("DE", "US", "GB", "FR", "GM", None)), *_zones()]
    asked = [
        ({"rule": "cauda_equina", "tier": tier}, about)
        for place, tier, own, language, day in product(
            places, ("emergency", "urgent"), (True, False), generator.LANGUAGES, ("2026-03-02", "2026-02-01")
        )
        for about in [{"date": day, "today": "2026-03-02", "place": place, "own": own, "language": language}]
    ]
    on_the_phone = json.loads(run("--input-type=module", "--eval", ADVICE, given=json.dumps(asked)))
    for (sign, about), phone in zip(asked, on_the_phone, strict=True):
        said = advice(
            **sign,
            day=about["date"],
            today=about["today"],
            place=Place(about["place"]["region"], about["place"]["timeZone"]),
            is_own=about["own"],
            language=about["language"],
        )
        assert [said.title, said.text, said.call] == phone, about


def _zones() -> list[dict[str, Any]]:
    return [{"region": None, "timeZone": zone} for zone in sorted(available_timezones())[::20]]


def _entry(generator: ModuleType, chance: random.Random) -> dict[str, Any]:
    """Anything that an entry may say; most questions are left out."""
    entry: dict[str, Any] = {
        "id": str(generator.ID),
        "date": str(generator.DAY),
        "recorded_at": f"{generator.DAY}T08:00:00Z",
        "time_zone": "UTC",
    }
    entry |= {name: chance.randint(0, 10) for name in generator.SCORES if chance.random() < 0.4}
    entry |= {name: chance.random() < 0.6 for name in generator.BOOLEANS if chance.random() < 0.4}
    symptoms = [name for name in Symptoms.__struct_fields__ if chance.random() < 0.1]
    entry["symptoms"] = {name: chance.random() < 0.6 for name in symptoms} if chance.random() < 0.9 else None
    entry["sites"] = [site for site in get_args(Site) if chance.random() < 0.2] if chance.random() < 0.7 else None
    return entry


def _event(generator: ModuleType, chance: random.Random) -> dict[str, Any]:
    event = {"id": str(generator.ID), "date": str(generator.DAY), "kind": chance.choice(get_args(EventKind))}
    return event | {
        "trauma": chance.choice([None, *get_args(Trauma)]),
        "site": chance.choice([None, *get_args(Site)]),
    }
