"""Diary documents with the dates on which rules are, or must not be, found in them."""

import json
from typing import Any

import pytest

from alerts.histories.of_diary import history_of_document
from alerts.rules.screening import screen
from diary.format.document import parse
from tests.alerts.rules.vectors import VECTORS


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vector(vector: dict[str, Any]) -> None:
    document = parse(json.dumps(vector["document"]).encode())
    findings = screen(history_of_document(document))
    for expected in vector["expect"]:
        found = [finding.met_on.isoformat() for finding in findings if finding.rule == expected["rule"]]
        exact = found == expected["met_on"]
        assert exact or accepted(found, expected), (expected, found)


def accepted(found: list[str], expected: dict[str, Any]) -> bool:
    """The same number of findings, each on the expected date or one that is also allowed."""
    allowed = {*expected["met_on"], *expected.get("accept", [])}
    return set(found) <= allowed and len(found) == max(len(expected["met_on"]), 1)
