"""The SDK in Python by itself: its own tests, its types, and what an app maker gets from the wheel."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.account import somebody
from tests.clients.prompt import Prompt, paste_python
from tests.service import ROOT, Service

SDK = ROOT / "clients" / "python"
OLDEST = "3.10"
BROUGHT = {"httpx", "tzlocal", "tzdata"}
MOST_LINES = 250


def test_its_own_tests_pass() -> None:
    run(sys.executable, "-m", "pytest", "-q", cwd=SDK)


def test_its_sources_are_short_enough_to_read() -> None:
    long = [path.name for path in SDK.glob("src/**/*.py") if path.read_text().count("\n") > MOST_LINES]
    assert set(long) <= {"contract.py"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as it is published."""
    made = tmp_path_factory.mktemp("wheel")
    uv("build", "--quiet", "--wheel", "--out-dir", str(made), str(SDK))
    (path,) = made.glob("*.whl")
    return path


@pytest.fixture(params=["this", OLDEST])
def python(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Python in an environment of its own, into which nothing was installed: this version, and the oldest."""
    interpreter = sys.executable if request.param == "this" else _oldest()
    uv("venv", "--quiet", "--python", interpreter, str(tmp_path / "venv"))
    return tmp_path / "venv" / "bin" / "python"


def _oldest() -> str:
    """Where it is; pyenv has it under this name when it is asked for it."""
    try:
        return run(f"python{OLDEST}", "-c", "import sys; print(sys.executable)", PYENV_VERSION=OLDEST).strip()
    except (FileNotFoundError, AssertionError):
        pytest.skip(f"there is no Python {OLDEST} here")


@pytest.mark.clients
def test_an_app_in_an_empty_environment_works_with_it(wheel: Path, python: Path, api: Service, tmp_path: Path) -> None:
    install(python, str(wheel))
    environment = {"DIARY_URL": api.url, "DIARY_FILE": str(tmp_path / "diary"), **somebody()}
    told = run(str(python), str(SDK / "app.py"), cwd=tmp_path, **environment)
    assert told.splitlines() == [
        "noted emergency cauda_equina 112",
        "raised emergency cauda_equina 112",
        "done 0 1",
        "cauda_equina",
    ]


@pytest.mark.clients
@pytest.mark.timeout(400)
def test_the_guide_can_be_pasted_into_its_prompt(wheel: Path, python: Path, api: Service, tmp_path: Path) -> None:
    install(python, str(wheel))
    with Prompt([str(python), "-q"], cwd=tmp_path, environment={}) as prompt:
        assert "5 0 waiting" in paste_python(prompt, api)


@pytest.mark.clients
def test_its_own_tests_pass_with_what_is_installed(wheel: Path, python: Path) -> None:
    install(python, str(wheel), "pytest")
    run(str(python), "-m", "pytest", "-q", "--override-ini", "pythonpath=tests", cwd=SDK)


@pytest.mark.clients
def test_it_and_an_app_are_typed_strictly_for_the_oldest_python(wheel: Path, tmp_path: Path) -> None:
    check = (sys.executable, "-m", "mypy", "--config-file", str(SDK / "pyproject.toml"))
    run(*check, "src", "tests", cwd=SDK)
    uv("venv", "--quiet", "--python", sys.executable, str(tmp_path / "venv"))
    python = tmp_path / "venv" / "bin" / "python"
    install(python, str(wheel))
    shutil.copy(SDK / "app.py", tmp_path)
    run(*check, "--python-executable", str(python), "app.py", cwd=tmp_path)


@pytest.mark.clients
def test_the_wheel_has_types_table_and_licence_and_names_what_it_needs(wheel: Path, tmp_path: Path) -> None:
    shutil.unpack_archive(wheel, tmp_path, "zip")
    package = tmp_path / "symptom_diary_client"
    assert (package / "py.typed").is_file()
    assert (package / "signs" / "table.json").is_file()
    (metadata,) = tmp_path.glob("*.dist-info/METADATA")
    assert list(metadata.parent.glob("licenses/LICENSE"))
    lines = [line for line in metadata.read_text("utf-8").splitlines() if line.startswith("Requires-")]
    needed = {line.split()[1].split("<")[0].split(">")[0] for line in lines if line.startswith("Requires-Dist")}
    assert needed == BROUGHT
    assert f"Requires-Python: >={OLDEST}" in lines


def install(python: Path, *packages: str) -> None:
    """With the versions of this project's lock."""
    lock = ROOT / "requirements" / "development.txt"
    uv("pip", "install", "--quiet", "--python", str(python), "--constraint", str(lock), *packages)


def uv(*arguments: str) -> str:
    return run(sys.executable, "-m", "uv", *arguments)


def run(*command: str, cwd: Path = ROOT, **environment: str) -> str:
    """What it printed. Raises AssertionError with all of it when it failed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHONPATH"))}
    done = subprocess.run(command, cwd=cwd, env={**kept, **environment}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
