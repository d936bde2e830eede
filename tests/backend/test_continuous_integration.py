"""What is checked is the same everywhere: in .ci/check, before each commit, and where the project is published."""

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CHECK = (ROOT / ".ci" / "check").read_text()
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
WORKFLOWS = {path.stem: yaml.safe_load(path.read_text()) for path in (ROOT / ".github" / "workflows").iterdir()}


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_a_hook_uses_the_programs_of_the_project(hook: dict[str, Any]) -> None:
    assert hook["language"] == "system"
    assert hook["entry"].startswith((".venv/bin/", "make "))


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_what_a_hook_checks_is_checked_in_ci(hook: dict[str, Any]) -> None:
    assert f'say "{hook["name"]}"' in CHECK or hook["name"] == "layout"


def test_a_change_must_pass_what_it_passes_here() -> None:
    steps = WORKFLOWS["ci"]["jobs"]["check"]["steps"]
    assert "bash .ci/run" in [step.get("run") for step in steps]
    assert "bash .ci/run" in [step.get("run") for step in WORKFLOWS["dependencies"]["jobs"]["upgrade"]["steps"]]
