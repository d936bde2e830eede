"""The documents lead somewhere."""

import re
import tomllib
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / ".github").rglob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / "clients" / "README.md", ROOT / "conformance" / "README.md"),
]
OURS = "alerts|backend|bench|clients|conformance|diary|docs|evaluation|requirements|tests|web"
PATH = re.compile(rf"`((?:\.ci|\.github|{OURS})/[^`\s]*)`")
MODULE = re.compile(rf"`((?:{OURS})(?:\.(?!json)[a-zA-Z_]\w*)+)`")
EVERY_DOCUMENT = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


@EVERY_DOCUMENT
def test_every_link_to_a_file_leads_to_one(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text())
    missing = [link for link in links if ":" not in link and not (document.parent / link).exists()]
    assert not missing


@EVERY_DOCUMENT
def test_every_path_that_is_named_exists(document: Path) -> None:
    named = [path for path in PATH.findall(document.read_text()) if not re.search(r"[<>*{…]", path)]
    assert not [path for path in named if not (ROOT / path.partition("::")[0]).exists()]


@EVERY_DOCUMENT
def test_every_module_that_is_named_exists(document: Path) -> None:
    assert not [name for name in MODULE.findall(document.read_text()) if not is_there(name)]


def is_there(name: str) -> bool:
    """Whether it is a module, or something that a module defines."""
    path = ROOT.joinpath(*name.split("."))
    if path.is_dir() or path.with_suffix(".py").is_file():
        return True
    module = path.parent / "__init__.py" if path.parent.is_dir() else path.parent.with_suffix(".py")
    return module.is_file() and re.search(rf"\b{path.name}\b", module.read_text()) is not None


@EVERY_DOCUMENT
def test_every_command_that_is_named_exists(document: Path) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"`(?:[A-Z_]+=\S+ )?make ([a-z]+)", document.read_text())) <= set(targets)
    assert set(re.findall(r"manage\.py ([a-z_]+)", document.read_text())) <= set(get_commands())


@pytest.mark.parametrize("room", ["web", "papers", "alerts", "diary", "evaluation", "backend/local"])
def test_the_picture_of_the_tree_shows_every_folder(room: str) -> None:
    picture = (ROOT / "docs" / "architecture.md").read_text().partition("## Parts")[2].partition("```\n\n")[0]
    folders = {path.parent.name for path in (ROOT / room).glob("*/__init__.py")} - {"migrations", "date_formats"}
    assert not [folder for folder in folders if not re.search(rf"\b{folder}/", picture)]


def test_the_changelog_begins_with_the_present_version() -> None:
    versions = re.findall(r"^## (\d+\.\d+\.\d+) – \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert versions[0] == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert versions == sorted(versions, key=lambda version: [int(part) for part in version.split(".")], reverse=True)


def test_the_readme_says_first_what_this_is_not() -> None:
    first_screen = " ".join((ROOT / "README.md").read_text().splitlines()[:40])
    for needed in ("not an emergency service", "not a diagnosis", "make run", "make test"):
        assert needed in first_screen


def test_the_readme_names_every_variable_an_operator_fills_in() -> None:
    names = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    own = {"POSTGRES_PASSWORD", "BROKER_PASSWORD"}  # of the composition only
    assert not [name for name in set(names) - own if f"`{name}`" not in (ROOT / "README.md").read_text()]
