"""English is the source language of everything here: the tics that it once had do not come back.

Looked through are the texts that people see, the published contract, the types of problems and the documents. Code in
documents (names, paths, tests) is passed over.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from babel.messages.pofile import read_po

from diary.problem_types import ProblemType

ROOT: Final = Path(__file__).resolve().parents[2]
DOCUMENTS: Final = [
    path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")) if path.name not in {"licences.md"}
]
PLAIN: Final = {
    r"nobody": "no one",
    r"somebody": "someone",
    r"anybody": "anyone",
    r"everybody": "everyone",
    r"who(so)?ever": "anyone who",
    r"anew": "again",
    r"e-mails?": "email",
    r"hears? of": "is notified of, gets",
    r"(?<!at )rests? on": "is based on",
    r"owe[ds]?": "queued, due",
    r"(is|are) (no longer )?good (for|until|once|any)": "is valid, works once",
    r"not good": "invalid, expired, revoked",
    r"came? of it": "the outcome",
}
"""What is not said, and what is said in its place."""
TIC: Final = re.compile(rf"(?<![\w-])({'|'.join(PLAIN)})(?![\w-])", re.IGNORECASE)
_CODE: Final = re.compile(r"```.*?```|`[^`]*`|\]\([^)]*\)", re.DOTALL)


def tics(text: str) -> list[str]:
    """The tics in a text, each with some of what is around it."""
    return [text[max(0, found.start() - 40) : found.end() + 40] for found in TIC.finditer(" ".join(text.split()))]


def described(part: Any) -> Iterator[str]:
    """Every summary and description in the contract; examples are people's own words."""
    if isinstance(part, dict):
        for name, inner in part.items():
            if name in {"summary", "description", "title"} and isinstance(inner, str):
                yield inner
            elif name not in {"example", "examples"}:
                yield from described(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from described(inner)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Nobody was told.", True),
        ("It rests on 33 days.", True),
        ("The code is good until noon.", True),
        ("An e-mail address", True),
        ("No one was notified.", False),
        ("It is good to know.", False),
        ("arrest once", False),
        ("the pattern rests only", False),
    ],
)
def test_a_tic_is_found_and_plain_english_is_not(said: str, found: bool) -> None:
    assert bool(tics(said)) is found


@pytest.mark.parametrize("application", ["web", "papers", "alerts", "diary"])
def test_what_people_read_is_plain(application: str) -> None:
    with (ROOT / application / "locale/de/LC_MESSAGES/django.po").open("rb") as file:
        texts = [one for message in read_po(file) for one in (message.id, *message.id[1:]) if isinstance(one, str)]
    assert {text: tics(text) for text in texts if tics(text)} == {}


def test_the_contract_is_plain() -> None:
    texts = set(described(yaml.safe_load((ROOT / "docs/openapi.yaml").read_text("utf-8"))))
    assert {text: tics(text) for text in texts if tics(text)} == {}


def test_what_problems_say_is_plain() -> None:
    texts = [f"{kind.title}. {kind.meaning}" for kind in ProblemType]
    assert [text for text in texts if tics(text)] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_is_plain(path: Path) -> None:
    assert tics(_CODE.sub(" ", path.read_text("utf-8"))) == []
