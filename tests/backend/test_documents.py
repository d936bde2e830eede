"""The documents lead somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_leads_to_one(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text())
    missing = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert not missing


def test_the_readme_says_first_what_this_is_not() -> None:
    first_screen = " ".join((ROOT / "README.md").read_text().splitlines()[:40])
    for needed in ("not an emergency service", "not a diagnosis", "make run", "make test"):
        assert needed in first_screen


def test_the_readme_names_every_variable_an_operator_fills_in() -> None:
    names = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    own = {"POSTGRES_PASSWORD", "BROKER_PASSWORD"}  # of the composition only
    assert not [name for name in set(names) - own if f"`{name}`" not in (ROOT / "README.md").read_text()]
