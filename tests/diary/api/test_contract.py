"""The published contract says what the code does."""

import io
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from jsonschema import FormatChecker
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from pytest_django import Settings

from alerts.messages.countries import Place
from alerts.messages.wording import alert_wording
from alerts.rules.tiers import Tier
from diary.api.contract.examples import BODIES, SIGN
from diary.api.shapes import DiaryDocument, SyncRequest
from diary.format.validation import validated
from tests.cast import Person
from tests.diary.api.operations import OPERATIONS
from tests.diary.recordings import full_entry

COMMITTED = Path(__file__).parents[3] / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    out = io.StringIO()
    call_command("spectacular", "--fail-on-warn", stdout=out)
    generated: dict[str, Any] = yaml.safe_load(out.getvalue())
    return generated


ACTED_ON = ("/outcome", "/snooze", "/acknowledge")


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


def test_every_body_and_answer_has_an_example_that_fits_its_schema(contract: dict[str, Any]) -> None:
    told = [(path, method, *part) for path, method, operation in operations(contract) for part in json_in(operation)]
    assert len(told) > 200
    for path, method, where, content in told:
        place = f"{method} {path} {where}"
        assert "example" in content, place
        schema = {**content["schema"], "components": contract["components"]}
        faults = OAS31Validator(schema, format_checker=FormatChecker()).iter_errors(content["example"])
        assert [fault.message for fault in faults] == [], place


def operations(contract: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation with its address and method."""
    return ((path, method, told) for path, methods in contract["paths"].items() for method, told in methods.items())


def json_in(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is JSON in the operation: its body, and its answers by status."""
    for where, part in {"body": operation.get("requestBody", {}), **operation["responses"]}.items():
        yield from ((where, told) for kind, told in part.get("content", {}).items() if kind.endswith("json"))


def test_an_example_of_a_problem_says_its_status_and_what_its_app_needs(contract: dict[str, Any]) -> None:
    for path, method, operation in operations(contract):
        for where, content in json_in(operation):
            if not where.startswith("4"):
                continue
            example, place = content["example"], f"{method} {path} {where}"
            assert example["status"] == int(where), place
            assert ("errors" in example) == (where == "400"), place
            has_versions = "412" in operation["responses"]
            shows_what_stands = where in {"409", "412"} and (has_versions or path.endswith(ACTED_ON))
            assert ("current" in example) == shows_what_stands, place


@pytest.mark.parametrize("shape", BODIES, ids=lambda shape: shape.__name__)
def test_the_example_of_a_body_is_taken(shape: type[msgspec.Struct]) -> None:
    assert validated(shape, BODIES[shape], latest=date(2026, 4, 1))


def test_the_examples_of_a_sync_and_of_a_document_are_taken_whole(alice: Person) -> None:
    synced = alice.post("patients/me/sync", BODIES[SyncRequest] | {"cursor": None}).body
    assert [result["status"] for result in synced["results"]] == ["stored", "deleted"]
    imported = alice.post("patients/me/import", BODIES[DiaryDocument]).body
    assert imported["entries"]["unchanged"] == imported["treatments"]["stored"] == imported["events"]["stored"] == 1


def test_the_alert_in_the_examples_is_in_the_services_own_words(contract: dict[str, Any]) -> None:
    answers = contract["paths"]["/api/v1/patients/{patient}/alerts/{id}"]["get"]["responses"]
    shown = answers["200"]["content"]["application/json"]["example"]
    day = date.fromisoformat(shown["evidence"]["days"][0])
    said = alert_wording(rule=shown["rule"], tier=Tier(shown["tier"]), last_day=day, place=Place(region="ES"))
    assert shown.items() >= {name: value for name, value in asdict(said).items() if name != "if_not_seen"}.items()
    words = {name: SIGN[name] for name in ("alert", "rule", "tier", "title", "advice", "call")}
    assert words.items() <= {"alert": shown["id"], **shown}.items()


def test_every_operation_on_a_diary_has_its_row_in_the_access_matrix(db: None, contract: dict[str, Any]) -> None:
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


def test_the_page_has_a_policy_and_all_it_loads_is_allowed_by_it(db: None) -> None:
    answer = Client().get("/api/docs")
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    page = answer.content.decode()
    assert "<style" not in page
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(loaded) == 5
    for address in loaded:
        assert address.startswith("/")
        loading = Client().get(address)
        assert loading.status_code == 200, address
        loading.close()
    assert re.findall(r"<script(?![^>]*src=)", page) == []
    assert 'url: "/api/v1/schema"' in Client().get("/api/docs/page.js").content.decode()


@pytest.mark.parametrize("address", ["/api/docs", "/api/docs/page.js"])
def test_the_page_is_made_once_and_whatever_is_asked_with_it_changes_nothing(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Client().get(address)
    monkeypatch.setattr("backend.docs_page.render_to_string", None)
    again = Client().get(f"{address}?lang=de&script=&x=1")
    assert again.content == first.content
    assert Client().get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert Client().post(address).status_code == 405


@pytest.mark.parametrize("address", ["/api/v1/caring", "/api/auth/app/v1/config", "/nothing", "/health/live"])
def test_every_other_answer_lets_a_browser_do_nothing(address: str, db: None) -> None:
    assert Client().get(address)["Content-Security-Policy"].startswith("default-src 'none'")


def test_an_answer_is_as_told(alice: Person, contract: dict[str, Any]) -> None:
    sent = full_entry()
    answer = alice.put(f"patients/me/entries/{sent['id']}", sent).body
    assert set(answer) == set(contract["components"]["schemas"]["WrittenEntry"]["properties"])


@pytest.mark.parametrize(("method", "accept", "status"), [("POST", "*/*", 405), ("GET", "text/html", 406)])
def test_the_contracts_own_address_refuses_in_the_same_words(method: str, accept: str, status: int) -> None:
    answer = Client().generic(method, "/api/v1/schema", headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status


@pytest.mark.parametrize("accept", ["application/json", "application/yaml", "*/*"])
def test_it_is_made_once_and_sent_once_to_who_keeps_it(accept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Client().get("/api/v1/schema", headers={"Accept": accept})
    monkeypatch.delattr("drf_spectacular.generators.SchemaGenerator.get_schema")
    again = Client().get("/api/v1/schema", headers={"Accept": accept, "If-None-Match": first["ETag"]})
    assert (first.status_code, first["Cache-Control"]) == (200, "public, max-age=300")
    assert first["Vary"] == "Accept, Accept-Encoding, origin"
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert Client().get("/api/v1/schema", headers={"Accept": accept}).content == first.content


def test_it_is_counted_for_the_address(settings: Settings) -> None:
    settings.RATE_LIMITS = True
    settings.API_LIMITS = {**settings.API_LIMITS, "address of strangers": (2, 1)}
    statuses = [Client(REMOTE_ADDR="203.0.113.77").get("/api/v1/schema").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
