"""The danger signs that a phone finds by itself are those of the rules."""

import importlib.util
import json
import random
from types import ModuleType
from typing import Any, get_args

import pytest

from diary.format.fields import Entry, Event, EventKind, Site, Symptoms, Trauma
from diary.format.validation import validated
from tests.clients.node import run
from tests.service import ROOT

JUDGE = """
import { readFileSync } from "node:fs";
import { signsOf } from "./src/signs/judge.ts";
const contents = JSON.parse(readFileSync(0, "utf8"));
const found = contents.map(([type, content]) => signsOf(type, content).map((row) => [row.rule, row.sign]));
console.log(JSON.stringify(found));
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


def test_the_table_is_what_the_rules_and_messages_say(generator: ModuleType) -> None:
    assert generator.TABLE.read_text("utf-8") == generator.table(), "make signs"


def test_a_phone_finds_in_any_entry_and_event_what_the_rules_find_in_it_alone(generator: ModuleType) -> None:
    chance = random.Random(16)
    entries = [_entry(generator, chance) for _ in range(1500)]
    events = [_event(generator, chance) for _ in range(300)]
    asked = [["entry", entry] for entry in entries] + [["event", event] for event in events]
    on_the_phone = json.loads(run("--input-type=module", "--eval", JUDGE, given=json.dumps(asked)))
    by_the_rules = [
        *(generator.signs_alone(entries=[validated(Entry, entry, latest=generator.DAY)]) for entry in entries),
        *(generator.signs_alone(events=[validated(Event, event, latest=generator.DAY)]) for event in events),
    ]
    assert sum(bool(found) for found in by_the_rules) > 500
    for (_, content), phone, rules in zip(asked, on_the_phone, by_the_rules, strict=True):
        assert sorted(map(tuple, phone)) == sorted(rules), content


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
