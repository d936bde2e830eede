"""The typed Python client that is generated from the published contract: it compiles, and it works."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.account import somebody
from tests.service import ROOT, Service

SETUP = ROOT / "clients" / "generated"
PACKAGE = "symptom_diary_contract"


@pytest.fixture
def generated(tmp_path: Path) -> Path:
    """The directory that holds the package, freshly generated; a warning of the generator is a failure."""
    run(
        *("-c", "import sys; from openapi_python_client.cli import app; app(args=sys.argv[1:])", "generate"),
        *("--path", str(ROOT / "docs" / "openapi.yaml"), "--config", str(SETUP / "generator.yaml")),
        *("--meta", "none", "--output-path", str(tmp_path / PACKAGE), "--fail-on-warning"),
        cwd=tmp_path,
    )
    return tmp_path


@pytest.mark.clients
def test_it_compiles_and_works(generated: Path, api: Service) -> None:
    run("-m", "compileall", "-q", PACKAGE, cwd=generated)
    run("-m", "mypy", "--config-file", str(SETUP / "mypy.ini"), "-p", PACKAGE, cwd=generated)
    told = run(str(SETUP / "app.py"), cwd=generated, DIARY_URL=api.url, **somebody())
    assert told.splitlines() == ["emergency cauda_equina 112", "unchanged 1", "cauda_equina"]


def run(*arguments: str, cwd: Path, **environment: str) -> str:
    """What Python printed. Raises AssertionError with all of it when it failed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # the generator calls ruff by its name
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(cwd), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
