"""What the import contracts of pyproject.toml cannot say.

The rules know the standard library and each other only; the history, whose entries are structs, knows what these are
made of. What tests share is in a module that is named for what it is. Rows that many take are held by the functions
that `docs/adr/0013-one-lock-order.md` names, and no row is held more strongly than it need be.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RULES = sorted((ROOT / "alerts" / "rules").rglob("*.py"))
OTHERS = {"alerts/rules/history.py": {"msgspec"}}
TESTS = sorted((ROOT / "tests").rglob("*.py"))
DRAWERS = {"utils", "services", "helpers", "constants", "common", "misc"}

ROOMS = ("support", "web", "papers", "alerts", "diary", "backend")
SERVICE = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
LOCKS = {"diary/locks.py", "alerts/locks.py"}
OTHER_ROWS = {
    "alerts/acting/due_steps.py": "steps, claimed by whoever takes them",
    "alerts/courtesy/send.py": "courtesies, claimed by whoever sends them",
    "alerts/delivery/notices.py": "a notice, claimed by whoever sends it",
    "alerts/delivery/verify_webhook.py": "a webhook, claimed by whoever verifies it",
    "alerts/outbound/circuit.py": "a receiver's circuit, held by nobody who waits",
    "alerts/responses.py": "notes of responses, all sealed anew",
    "alerts/webhooks/registering.py": "a webhook, after its account",
    "alerts/webhooks/signing.py": "secrets of webhooks, all sealed anew",
    "diary/account/erase.py": "a request for erasure, after its account",
    "diary/identity/factors/second_factors.py": "second factors, all sealed anew",
    "diary/reaching/devices.py": "a device, after its account",
    "diary/reaching/notices.py": "links of notices, all sealed anew",
    "diary/reaching/reminders.py": "the plan of someone's reminders, after their account or diary, or claimed",
    "diary/reaching/phones.py": "a telephone number, after its account",
    "diary/recording/imports/resealing.py": "what is kept of imports, all sealed anew",
    "diary/recording/imports/work.py": "an import, claimed by whoever works on it",
    "papers/sharing/opening.py": "a shared link, while its passcode is compared",
    "papers/sharing/shares.py": "secrets of shared links, all sealed anew",
    "diary/sealing.py": "notes of the diary, all sealed anew",
}
"""Rows that one module alone holds: they hang on what the named functions hold, or wait for no one."""


def row_locks(source: str) -> Iterator[str]:
    """Every lock on rows that a module writes, in Django's words or in SQL."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr == "select_for_update":
            yield "select_for_update"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.findall(r"\bFOR (?:NO KEY )?UPDATE\b", node.value) if "SELECT" in node.value else ()


def strong_locks(source: str) -> int:
    """How many of them also keep others from referring to the row."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    taken = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "select_for_update"]
    weak = [call for call in taken if any(keyword.arg == "no_key" for keyword in call.keywords)]
    return len(taken) - len(weak) + sum(lock == "FOR UPDATE" for lock in row_locks(source))


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in {file}"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_a_module_of_tests(name: str) -> bool:
    """Or something in one."""
    package, *rest = name.split(".")
    return package == "tests" and any(part.startswith("test_") for part in rest)


@pytest.mark.parametrize("file", RULES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_rule_imports_the_standard_library_and_other_rules_only(file: Path) -> None:
    known = sys.stdlib_module_names | OTHERS.get(file.relative_to(ROOT).as_posix(), set())
    for module in imported(file):
        assert module.partition(".")[0] in known or module.startswith("alerts.rules"), module


def test_no_module_is_a_drawer() -> None:
    ours = [path for package in (*ROOMS, "tests") for path in (ROOT / package).rglob("*.py")]
    assert not [path for path in ours if path.stem in DRAWERS]


def test_no_test_imports_another() -> None:
    found = {file.relative_to(ROOT).as_posix(): list(filter(is_a_module_of_tests, imported(file))) for file in TESTS}
    assert {file: names for file, names in found.items() if names} == {}


def test_rows_that_many_take_are_held_by_the_named_functions_only() -> None:
    holding = {path.relative_to(ROOT).as_posix() for path in SERVICE if any(row_locks(path.read_text()))}
    assert holding - {path for path in holding if "/migrations/" in path} == LOCKS | set(OTHER_ROWS)


def test_only_the_removal_of_an_account_keeps_others_from_referring_to_it() -> None:
    strong = {path.relative_to(ROOT).as_posix(): strong_locks(path.read_text()) for path in SERVICE}
    assert {path: count for path, count in strong.items() if count} == {"diary/locks.py": 1}


@pytest.mark.parametrize(
    ("source", "found", "strong"),
    [
        ("Patient.objects.select_for_update().get()", ["select_for_update"], 1),
        ("Patient.objects.select_for_update(no_key=True)", ["select_for_update"], 0),
        ("SQL = 'SELECT id FROM diary_patient FOR UPDATE'", ["FOR UPDATE"], 1),
        ("SQL = 'SELECT id FROM diary_patient FOR NO KEY UPDATE'", ["FOR NO KEY UPDATE"], 0),
        ("TEXT = 'Not FOR UPDATE: nobody waits.'", [], 0),
    ],
)
def test_what_counts_as_a_lock(source: str, found: list[str], strong: int) -> None:
    assert (list(row_locks(source)), strong_locks(source)) == (found, strong)


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("tests.diary.test_reading.invite", True),
        ("tests.diary.test_reading", True),
        ("tests.diary.circle.invite", False),
        ("django.test.Client", False),
    ],
)
def test_what_counts_as_importing_a_test(name: str, refused: bool) -> None:
    assert is_a_module_of_tests(name) is refused
