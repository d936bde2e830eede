"""The rules find exactly what a second implementation, written on its own from the same page, finds."""

from __future__ import annotations

import json
from datetime import date, timedelta
from random import Random

import pytest

from alerts.history import history_of_document
from alerts.rules.history import History
from alerts.rules.screening import screen
from diary import document as diary_document
from tests.reference import Document, findings, last_date
from tests.reference.diaries import diary


def history_of(document: Document) -> History:
    return history_of_document(diary_document.parse(json.dumps(document).encode()))


def found(document: Document, as_of: date | None = None) -> list[tuple[str, date]]:
    found = [(finding.rule, finding.met_on) for finding in screen(history_of(document), as_of=as_of)]
    return sorted(found, key=lambda finding: (finding[1], finding[0]))


def some_date(seed: int, document: Document) -> date | None:
    """A date within the diary, or a little before or after it."""
    until = last_date(document)
    return until and until + timedelta(days=Random(seed).randint(-200, 40))


@pytest.mark.parametrize("seed", range(39))
def test_both_find_the_same_in_a_random_diary(seed: int) -> None:
    document = diary(seed)
    assert found(document) == findings(document)


@pytest.mark.parametrize("seed", range(39, 60))
def test_both_find_the_same_as_of_any_date(seed: int) -> None:
    document = diary(seed)
    as_of = some_date(seed, document)
    assert found(document, as_of) == findings(document, as_of)


@pytest.mark.nightly
@pytest.mark.timeout(7200)
def test_both_find_the_same_in_thousands_of_random_diaries() -> None:
    for seed in range(1_000, 6_000):
        document = diary(seed)
        as_of = some_date(seed, document)
        assert found(document) == findings(document), f"seed {seed}"
        assert found(document, as_of) == findings(document, as_of), f"seed {seed} as of {as_of}"
