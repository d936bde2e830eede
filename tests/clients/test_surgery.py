"""Other people's libraries read what a surgery gets: `jose` opens a shared link, and `fhir` judges the bundle."""

import json
from typing import Any

import httpx
import pytest

from diary.models import AccessLine
from papers.fhir.code_system import published
from tests.cast import Person
from tests.clients.node import install, run
from tests.papers.fhir_bundles import random_bundle
from tests.service import ROOT, Service

SURGERY = ROOT / "clients" / "surgery"

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def installed() -> None:
    """What its lock names."""
    install(SURGERY)


def faults(*resources: Any) -> list[list[str]]:
    lines = "\n".join(json.dumps(resource) for resource in resources)
    return [json.loads(line) for line in run("validate.mjs", cwd=SURGERY, given=lines).splitlines()]


def test_bundles_of_random_diaries_are_valid(installed: None) -> None:
    bundles = [random_bundle(seed) for seed in range(16)]
    assert faults(*bundles) == [[] for _ in bundles]


def test_the_code_system_is_valid(installed: None) -> None:
    assert faults(published()) == [[]]


@pytest.mark.parametrize(
    ("name", "value"), [("status", "maybe"), ("status", None), ("colour", "red"), ("effectiveDateTime", "yesterday")]
)
def test_the_judge_finds_what_is_wrong(installed: None, name: str, value: str | None) -> None:
    resources = [entry["resource"] for entry in random_bundle(0)["entry"]]
    observation = next(one for one in resources if "effectiveDateTime" in one)
    bent = {key: said for key, said in {**observation, name: value}.items() if said is not None}
    assert (faults(observation), len(faults(bent)[0]) > 0) == ([[]], True)


@pytest.mark.parametrize("passcode", [None, "2718"])
def test_another_library_opens_a_link(installed: None, api: Service, passcode: str | None) -> None:
    alice = Person("Alice")
    link = made_by(api, alice, passcode)
    asked = {"link": link, "recipient": "Surgery Dr Meyer", "passcode": passcode}
    opened = json.loads(run("open.mjs", cwd=SURGERY, given=json.dumps(asked)))
    assert opened["header"] == {"alg": "dir", "enc": "A256GCM", "cty": "application/fhir+json"}
    assert opened["document"]["resourceType"] == "Bundle"
    assert faults(opened["document"]) == [[]]
    assert AccessLine.objects.get(recipient="Surgery Dr Meyer").patient_id == alice.patient_id


def made_by(api: Service, person: Person, passcode: str | None) -> str:
    """A link to the service that runs, which knows its own address."""
    asked = {"expires_in_hours": 1, **({"passcode": passcode} if passcode else {})}
    headers = {"Authorization": f"Bearer {person.token}"}
    answer = httpx.post(f"{api.url}/api/v1/patients/me/shares", json=asked, headers=headers)
    assert answer.status_code == 201
    return str(answer.json()["link"])
