"""Each list of the processes that make up the service names the same ones, and starts them the same way."""

import re

import pytest

from backend.local.running.supervisor import _COMMANDS
from tests.deploying.manifests import KUBERNETES, PROCESSES, named_in_table, rendered

ENDING = {"roles", "migrate"}
LASTING = {*PROCESSES, "api"} - ENDING
SERVERS = {"postgresql", "valkey or redis"}


def test_make_run_starts_the_processes_of_the_composition() -> None:
    assert set(_COMMANDS) == LASTING


@pytest.mark.parametrize("name", sorted(LASTING - {"api"}))
def test_make_run_starts_them_the_same_way(name: str) -> None:
    assert essentials(_COMMANDS[name].split()) == essentials(PROCESSES[name])


def test_kubernetes_starts_the_processes_of_the_composition() -> None:
    found = {one["metadata"]["name"]: one for one in rendered(KUBERNETES / "example") if one["kind"] == "Deployment"}
    assert set(found) == LASTING
    for name, one in found.items():
        (container,) = one["spec"]["template"]["spec"]["containers"]
        assert container.get("command") == PROCESSES.get(name)


def test_kubernetes_migrates_as_the_composition_does() -> None:
    (job,) = [one for one in rendered(KUBERNETES / "example") if one["kind"] == "Job"]
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert container["command"] == PROCESSES["migrate"]


@pytest.mark.parametrize(
    ("document", "heading"), [("docs/architecture.md", "Processes"), ("docs/operating.md", "What runs")]
)
def test_the_documents_name_them(document: str, heading: str) -> None:
    assert named_in_table(document, heading) - SERVERS - ENDING == LASTING


def essentials(command: list[str]) -> dict[str, str]:
    """What a process is and works on, without what only says how it looks in a terminal."""
    words = " ".join(command)
    found = {"role": re.findall(r" (worker|beat)\b", words)[0]}
    for option in ("queues", "pool", "concurrency"):
        if given := re.search(rf"--{option} (\S+)", words):
            found[option] = given[1]
    return found
