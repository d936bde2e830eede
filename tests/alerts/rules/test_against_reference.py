"""The rules hold and find exactly what a second implementation, written on its own from the same page, finds."""

from __future__ import annotations

import json
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from alerts.histories.of_diary import history_of_document
from alerts.rules.history import History
from alerts.rules.screening import screen_all
from diary.format import document as diary_document
from tests.alerts.rules.vectors import VECTORS
from tests.reference import Document, last_date, screened
from tests.reference.diaries import diary, diary_of_years

Screened = tuple[list[tuple[str, date]], dict[str, list[date]]]


def history_of(document: Document) -> History:
    return history_of_document(diary_document.parse(json.dumps(document).encode()))


def by_the_rules(document: Document, as_of: date | None = None) -> Screened:
    """The findings, and the days on which each rule holds, as the service has them."""
    screening = screen_all(history_of(document), as_of=as_of)
    found = sorted((finding.met_on, finding.rule) for finding in screening.findings)
    return [(rule, day) for day, rule in found], {rule: list(days) for rule, days in screening.held.items() if days}


def some_date(seed: int, document: Document) -> date | None:
    """A date within the diary, or a little before or after it."""
    until = last_date(document)
    return until and until + timedelta(days=Random(seed).randint(-200, 40))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_reference_finds_what_every_vector_expects(vector: dict[str, Any]) -> None:
    found, _ = screened(vector["document"])
    for expected in vector["expect"]:
        assert [day.isoformat() for rule, day in found if rule == expected["rule"]] == expected["met_on"]


@pytest.mark.parametrize("seed", range(34))
def test_both_agree_on_a_random_diary(seed: int) -> None:
    document = diary(seed)
    assert by_the_rules(document) == screened(document)


@pytest.mark.parametrize("seed", range(34, 51))
def test_both_agree_as_of_any_date(seed: int) -> None:
    document = diary(seed)
    as_of = some_date(seed, document)
    assert by_the_rules(document, as_of) == screened(document, as_of)


@pytest.mark.parametrize("seed", range(12))
def test_both_agree_on_a_diary_of_years_with_visits_between(seed: int) -> None:
    document = diary_of_years(seed)
    as_of = some_date(seed, document) if seed % 3 == 0 else None
    assert by_the_rules(document, as_of) == screened(document, as_of)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("first", range(1_000, 6_000, 250))
def test_both_agree_on_thousands_of_random_diaries(first: int) -> None:
    for seed in range(first, first + 250):
        document = diary(seed)
        as_of = some_date(seed, document) if seed % 3 == 0 else None
        assert by_the_rules(document, as_of) == screened(document, as_of), f"seed {seed} as of {as_of}"


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("first", range(1_000, 6_000, 50))
def test_both_agree_on_thousands_of_diaries_of_years(first: int) -> None:
    for seed in range(first, first + 50):
        document = diary_of_years(seed)
        assert by_the_rules(document) == screened(document), f"seed {seed}"
