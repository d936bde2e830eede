"""`make docs` refuses what a reader would stumble over, and leads to the code."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INDEX = "# Documents\n\n```{toctree}\n../README\nguide\n```\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small source tree with a site: a README, a guide, and a module."""
    shutil.copytree(ROOT / "docs" / "site", tmp_path / "docs" / "site", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "diary").mkdir()
    (tmp_path / "diary" / "locks.py").touch()
    (tmp_path / "docs" / "index.md").write_text(INDEX)
    (tmp_path / "docs" / "guide.md").write_text("# Guide\n\nSee [the locks](../diary/locks.py).\n\n## In short\n")
    (tmp_path / "README.md").write_text("# Read me\n\nSee [the guide](docs/guide.md#in-short) and [all](diary).\n")
    return tmp_path


def build(tree: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    options = ["--builder", "html", "--conf-dir", "docs/site", "--fail-on-warning", "--quiet"]
    return subprocess.run(
        [sys.executable, "-m", "sphinx", *options, ".", "site"],
        cwd=tree,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_is_made_of_the_documents_where_they_are(tree: Path) -> None:
    done = build(tree)
    assert done.returncode == 0, done.stderr
    assert 'href="docs/guide.html#in-short"' in (tree / "site" / "README.html").read_text()
    assert "docs/index.html" in (tree / "site" / "index.html").read_text()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[gone](docs/gone.md)", "gone.md"),
        ("[gone](diary/gone.py)", "gone.py"),
        ("[no such heading](docs/guide.md#at-length)", "at-length"),
    ],
)
def test_a_link_that_leads_nowhere_fails(tree: Path, written: str, said: str) -> None:
    with (tree / "README.md").open("a") as readme:
        readme.write(f"\n{written}\n")
    done = build(tree)
    assert done.returncode != 0
    assert said in done.stderr


def test_a_document_that_the_index_does_not_name_fails(tree: Path) -> None:
    (tree / "docs" / "forgotten.md").write_text("# Forgotten\n")
    done = build(tree)
    assert done.returncode != 0
    assert "forgotten.md" in done.stderr


def test_links_to_code_lead_to_where_the_source_is_published(tree: Path) -> None:
    assert build(tree).returncode == 0
    assert "locks.py" not in (tree / "site" / "docs" / "guide.html").read_text()
    shutil.rmtree(tree / "site")
    assert build(tree, SOURCE_URL="https://git.example.org/diary/blob/main").returncode == 0
    page = (tree / "site" / "docs" / "guide.html").read_text()
    assert 'href="https://git.example.org/diary/blob/main/diary/locks.py"' in page
