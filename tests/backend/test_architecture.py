"""What the import contracts of pyproject.toml cannot say.

The rules know the standard library and each other only; the history, whose entries are structs, knows what these are
made of. What tests share is in a module that is named for what it is.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RULES = sorted((ROOT / "alerts" / "rules").rglob("*.py"))
OTHERS = {"alerts/rules/history.py": {"msgspec"}}
TESTS = sorted((ROOT / "tests").rglob("*.py"))
DRAWERS = {"utils", "services", "helpers", "constants", "common", "misc"}


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
    ours = [path for package in ("backend", "alerts", "diary", "tests") for path in (ROOT / package).rglob("*.py")]
    assert not [path for path in ours if path.stem in DRAWERS]


def test_no_test_imports_another() -> None:
    found = {file.relative_to(ROOT).as_posix(): list(filter(is_a_module_of_tests, imported(file))) for file in TESTS}
    assert {file: names for file, names in found.items() if names} == {}


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
