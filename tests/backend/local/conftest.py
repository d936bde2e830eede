"""A source tree of one's own, in which nothing else runs."""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what `make run` and `manage.py` consist of, also compiled, for the many processes that start."""
    being_written = shutil.ignore_patterns("*.pyc.*")
    copy = tmp_path / "source tree"
    for package in ("backend", "support", "web", "papers", "diary", "alerts", "evaluation"):
        shutil.copytree(ROOT / package, copy / package, ignore=being_written)
    shutil.copy(ROOT / "manage.py", copy)
    return copy
