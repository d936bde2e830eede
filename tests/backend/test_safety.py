"""The hazard log names the tests that hold its controls, and each of them is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAFETY = (ROOT / "docs" / "safety.md").read_text()
HAZARDS = re.findall(r"^\| (H\d+) \|.*$", SAFETY, re.MULTILINE)
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", SAFETY)))


def test_every_hazard_has_its_own_number_and_a_test() -> None:
    rows = re.findall(r"^\| H\d+ \|.*$", SAFETY, re.MULTILINE)
    assert [f"H{number}" for number in range(1, len(HAZARDS) + 1)] == HAZARDS
    assert [row for row in rows if "::test_" not in row] == []
    assert {len(row.strip(" |").split(" | ")) for row in rows} == {7}


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_a_control_is_held_by_a_test_that_is_there(file: str, test: str) -> None:
    assert re.search(rf"^def {test}\(", (ROOT / file).read_text(), re.MULTILINE)


def test_it_claims_no_conformity_and_says_who_is_responsible() -> None:
    said = " ".join(SAFETY.split())
    assert "not a certified medical device, and no conformity with any regulation is claimed" in said
    assert "responsible for what the law of their country asks" in said
