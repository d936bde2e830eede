"""The page on security: every requirement has a row, and every row a test that is there, a setting, or a reason."""

import re
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
SECURITY = (ROOT / "docs" / "security.md").read_text()
TOP_TEN = SECURITY.partition("## OWASP API Security Top 10")[2].partition("## OWASP ASVS")[0]
ASVS = SECURITY.partition("## OWASP ASVS 5.0")[2]
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", SECURITY)))
SETTINGS = sorted(
    {name for row in re.findall(r"\| setting: ([^|]*) \|", SECURITY) for name in re.findall(r"`(\w+)`", row)}
)
CHAPTERS_OF_NOTHING: Final = {10, 17}
"""OAuth and WebRTC, told in one row each."""
LEVELS_1_AND_2: Final[dict[str, str]] = {
    "1.1": "1 2",
    "1.2": "1 2 3 4 5 6 7 8 9",
    "1.3": "1 2 3 4 5 6 7 8 9 10 11",
    "1.4": "1 2 3",
    "1.5": "1 2",
    "2.1": "1 2 3",
    "2.2": "1 2 3",
    "2.3": "1 2 3 4",
    "2.4": "1",
    "3.2": "1 2",
    "3.3": "1 2 3 4",
    "3.4": "1 2 3 4 5 6",
    "3.5": "1 2 3 4 5",
    "3.7": "1 2",
    "4.1": "1 2 3",
    "4.2": "1",
    "4.3": "1 2",
    "4.4": "1 2 3 4",
    "5.1": "1",
    "5.2": "1 2 3",
    "5.3": "1 2",
    "5.4": "1 2 3",
    "6.1": "1 2 3",
    "6.2": "1 2 3 4 5 6 7 8 9 10 11 12",
    "6.3": "1 2 3 4",
    "6.4": "1 2 3 4",
    "6.5": "1 2 3 4 5",
    "6.6": "1 2 3",
    "6.8": "1 2 3 4",
    "7.1": "1 2 3",
    "7.2": "1 2 3 4",
    "7.3": "1 2",
    "7.4": "1 2 3 4 5",
    "7.5": "1 2",
    "7.6": "1 2",
    "8.1": "1 2",
    "8.2": "1 2 3",
    "8.3": "1",
    "8.4": "1",
    "9.1": "1 2 3",
    "9.2": "1 2 3 4",
    "11.1": "1 2",
    "11.2": "1 2 3",
    "11.3": "1 2 3",
    "11.4": "1 2 3 4",
    "11.5": "1",
    "11.6": "1",
    "12.1": "1 2 3",
    "12.2": "1 2",
    "12.3": "1 2 3 4",
    "13.1": "1",
    "13.2": "1 2 3 4 5",
    "13.3": "1 2",
    "13.4": "1 2 3 4 5",
    "14.1": "1 2",
    "14.2": "1 2 3 4",
    "14.3": "1 2 3",
    "15.1": "1 2 3",
    "15.2": "1 2 3",
    "15.3": "1 2 3 4 5 6 7",
    "16.1": "1",
    "16.2": "1 2 3 4 5",
    "16.3": "1 2 3 4",
    "16.4": "1 2 3",
    "16.5": "1 2 3",
}
"""The numbers of ASVS 5.0.0 that are of level 1 or 2, by section."""


def rows(of: str) -> list[list[str]]:
    """The rows of the tables, without their heads."""
    cells = [line.strip("| ").split(" | ") for line in of.splitlines() if line.startswith("| ")]
    return [row for row in cells if row[0] not in {"requirements", "risk"} and not row[0].startswith("---")]


def test_every_requirement_of_level_1_and_2_has_one_row() -> None:
    told = [number for row in rows(ASVS) for number in row[0].split()]
    assert {number for number in told if number.endswith("*")} == {f"{chapter}.*" for chapter in CHAPTERS_OF_NOTHING}
    wanted = [f"{section}.{number}" for section, numbers in LEVELS_1_AND_2.items() for number in numbers.split()]
    assert sorted(number for number in told if not number.endswith("*")) == sorted(wanted)


def test_every_risk_of_the_top_ten_has_one_row() -> None:
    assert [row[0].split()[0] for row in rows(TOP_TEN)] == [f"API{number}" for number in range(1, 11)]


def test_every_row_has_a_test_a_setting_or_a_reason() -> None:
    unheld = [
        row
        for row in rows(TOP_TEN) + rows(ASVS)
        if len(row) != 3 or not ("::test_" in row[2] or re.match(r"(setting: `|reason: \S)", row[2]))
    ]
    assert unheld == []


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_what_holds_a_row_is_there(file: str, test: str) -> None:
    assert re.search(rf"^def {test}\(", (ROOT / file).read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_that_holds_a_row_is_there(name: str) -> None:
    assert hasattr(settings, name)


def test_each_flow_of_the_picture_is_looked_at() -> None:
    picture = SECURITY.partition("```mermaid")[2].partition("```")[0]
    flows = set(re.findall(r'"(\d)', picture))
    told = set(re.findall(r"^\| (\d)(?:, (\d))? ", SECURITY, re.MULTILINE))
    assert {number for pair in told for number in pair if number} == flows == set("123456789")


def test_there_is_a_way_to_report() -> None:
    assert "Report a vulnerability" in (ROOT / "SECURITY.md").read_text()
