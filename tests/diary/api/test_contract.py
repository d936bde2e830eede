"""The published contract says what the code does."""

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from openapi_spec_validator import validate

from tests.cast import Person
from tests.diary.api.test_access import OPERATIONS
from tests.diary.recordings import full_entry

COMMITTED = Path(__file__).parents[3] / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    out = io.StringIO()
    call_command("spectacular", "--fail-on-warn", stdout=out)
    generated: dict[str, Any] = yaml.safe_load(out.getvalue())
    return generated


def test_it_is_valid_openapi_and_the_one_that_is_committed(contract: dict[str, Any]) -> None:
    assert contract["openapi"].startswith("3.1")
    validate(contract)
    assert yaml.safe_load(COMMITTED.read_text()) == contract


def test_every_operation_says_what_it_does_and_how_it_fails(contract: dict[str, Any]) -> None:
    for path, methods in contract["paths"].items():
        for method, operation in methods.items():
            place = f"{method} {path}"
            assert operation.get("summary"), place
            assert operation.get("description"), place
            problems = [status for status in operation["responses"] if int(status) >= 400]
            assert {"400", "401"} <= set(problems), place
            assert all("application/problem+json" in operation["responses"][status]["content"] for status in problems)


def test_what_a_request_may_hold_is_closed_and_what_an_answer_holds_is_complete(contract: dict[str, Any]) -> None:
    schemas = contract["components"]["schemas"]
    assert schemas["Entry"]["additionalProperties"] is False
    assert schemas["Entry"]["required"] == ["id", "date", "recorded_at", "time_zone"]
    assert set(schemas["StoredEntry"]["required"]) == set(schemas["StoredEntry"]["properties"])
    assert "raised" in schemas["WrittenEntry"]["required"]


def test_every_operation_on_a_diary_has_its_row_in_the_access_matrix(contract: dict[str, Any]) -> None:
    tree = "/api/v1/patients/{patient}/"
    told = {
        (method.upper(), shape(path.removeprefix(tree)))
        for path, methods in contract["paths"].items()
        if path.startswith(tree)
        for method in methods
    }
    assert told == {(method, shape(path)) for method, path, _ in (make() for _, make in OPERATIONS)}


def shape(path: str) -> str:
    """The address with every id in it taken for the same."""
    return "/".join("ID" if part == "{id}" or part.isupper() or len(part) == 36 else part for part in path.split("/"))


def test_anybody_may_read_it_and_its_page_needs_nothing_from_elsewhere(db: None) -> None:
    assert Client().get("/api/v1/schema").status_code == 200
    page = Client().get("/api/docs").content.decode()
    assert "https://" not in page
    assert "http://" not in page


def test_an_answer_is_as_told(alice: Person, contract: dict[str, Any]) -> None:
    sent = full_entry()
    answer = alice.put(f"patients/me/entries/{sent['id']}", sent).body
    assert set(answer) == set(contract["components"]["schemas"]["WrittenEntry"]["properties"])


@pytest.mark.parametrize(("method", "accept", "status"), [("POST", "*/*", 405), ("GET", "text/html", 406)])
def test_the_contracts_own_address_refuses_in_the_same_words(method: str, accept: str, status: int) -> None:
    answer = Client().generic(method, "/api/v1/schema", headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status
