"""The locks: every dependency by hash, in step with pyproject.toml. Needs no network."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = {name: (ROOT / "requirements" / f"{name}.txt").read_text() for name in ("production", "development")}


def locked(lock: str) -> dict[str, str]:
    """Name → the rest of its entry: version, markers, hashes. A package locked twice (by marker) is joined."""
    entries = re.sub(r"\\\n\s*", " ", LOCKS[lock]).splitlines()
    found: dict[str, str] = {}
    for entry in filter(None, entries):
        name, _, rest = entry.partition("==")
        found[canonicalize_name(name)] = found.get(canonicalize_name(name), "") + rest
    return found


def group(name: str) -> Iterator[Requirement]:
    for item in PROJECT["dependency-groups"][name]:
        if isinstance(item, dict):
            yield from group(item["include-group"])
        else:
            yield Requirement(item)


PRODUCTION = [Requirement(item) for item in PROJECT["project"]["dependencies"]]
WANTED = [("production", needed) for needed in PRODUCTION]
WANTED += [("development", needed) for needed in [*PRODUCTION, *group("dev")]]


@pytest.mark.parametrize(("lock", "needed"), WANTED, ids=lambda value: str(value))
def test_what_the_project_names_is_locked_in_a_version_it_allows(lock: str, needed: Requirement) -> None:
    version = locked(lock)[canonicalize_name(needed.name)].split()[0]
    assert needed.specifier.contains(Version(version), prereleases=True)


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_is_pinned_by_hash(lock: str) -> None:
    for name, entry in locked(lock).items():
        assert "--hash=sha256:" in entry, f"{name} has no hash"


def test_production_runs_what_development_tested() -> None:
    development = locked("development")
    for name, entry in locked("production").items():
        assert development[name].split()[0] == entry.split()[0]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index(lock: str) -> None:
    assert "://" not in LOCKS[lock]
    assert "--index" not in LOCKS[lock]
