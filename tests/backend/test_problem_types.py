"""Every problem has a type from one table, which the documents list and whose addresses can be opened."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from diary.problem_types import ProblemType
from diary.problems import Problem
from tests.problems import is_of_the_table

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/problems.md").read_text("utf-8")


def sources() -> Iterator[Path]:
    return (
        path
        for room in ("alerts", "backend", "diary", "papers", "support", "web")
        for path in (ROOT / room).rglob("*.py")
    )


def codes_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "FieldError":
            yield from (str(part.value) for part in ast.walk(node.args[1]) if isinstance(part, ast.Constant))


def test_the_page_lists_every_type_as_it_is_and_no_other() -> None:
    rows = [f"| `{kind.uri}` | {kind.status} | {kind.title} | {kind.meaning} |" for kind in ProblemType]
    assert [line for line in PAGE.splitlines() if line.startswith("| `/problems/")] == rows


def test_each_type_has_an_address_and_a_title_of_its_own() -> None:
    assert len({kind.uri for kind in ProblemType}) == len({kind.title for kind in ProblemType}) == len(ProblemType)
    assert all(re.fullmatch(r"/problems/[a-z]+(-[a-z]+)*", kind.uri) for kind in ProblemType)


def test_each_type_is_used() -> None:
    code = "\n".join(path.read_text("utf-8") for path in sources() if path.name != "problem_types.py")
    assert [
        kind.name for kind in ProblemType if f"ProblemType.{kind.name}" not in code and kind is not NOT_ACCEPTABLE
    ] == []


NOT_ACCEPTABLE = ProblemType.NOT_ACCEPTABLE
"""Refused by the framework alone: by its status."""


def test_no_problem_document_is_written_by_hand() -> None:
    by_hand = [path for path in sources() if "about:blank" in path.read_text("utf-8")]
    named = [path.name for path in sources() if '"application/problem+json"' in path.read_text("utf-8")]
    assert (by_hand, sorted(named)) == ([], ["description.py", "problems.py"])


def test_the_page_lists_every_code_of_a_field() -> None:
    codes = {code for path in sources() for code in codes_in(ast.parse(path.read_text("utf-8")))}
    listed = set(re.findall(r"^\| `([a-z_]+)` \|", PAGE, re.MULTILINE))
    assert codes - {"malformed"} <= listed


@pytest.mark.parametrize("kind", ProblemType, ids=lambda kind: kind.slug)
def test_the_address_of_a_type_says_what_it_means(kind: ProblemType) -> None:
    answer = Client().get(kind.uri)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert all(part in answer.content.decode() for part in (kind.title, kind.meaning, str(kind.status)))
    assert answer.content in Client().get("/problems/").content


def test_a_type_that_there_is_not_is_not_found() -> None:
    answer = Client().get("/problems/of-mine")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


def test_the_pages_are_counted_for_the_address(settings: Settings) -> None:
    settings.RATE_LIMITS = True
    settings.API_LIMITS = {**settings.API_LIMITS, "address of strangers": (2, 1)}
    answers = [Client(REMOTE_ADDR="203.0.113.78").get("/problems/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["type"] == "/problems/too-many-requests"


@pytest.mark.parametrize("address", ["/problems/", "/problems/gone", "/api/docs", "/health/live", "/metrics"])
def test_what_is_only_read_refuses_other_methods_as_a_problem(address: str) -> None:
    answer = Client().post(address)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert is_of_the_table(answer.json(), 405)


def test_a_problem_is_written_with_its_type_title_and_status() -> None:
    assert Problem(ProblemType.GONE, "It was deleted.").body() == {
        "type": "/problems/gone",
        "title": "Deleted",
        "status": 410,
        "detail": "It was deleted.",
    }
