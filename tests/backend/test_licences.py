"""Every dependency may be used by a service under Apache-2.0, and the list of licences is up to date."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LICENCES = runpy.run_path(str(ROOT / "requirements" / "licences.py"))


def test_the_list_is_up_to_date() -> None:
    found = LICENCES["licences"]()
    assert (ROOT / "docs" / "licences.md").read_text() == LICENCES["document"](found), "make licences"
    locked = {*LICENCES["locked"]("production"), *LICENCES["locked"]("development")}
    assert [name for name in sorted(locked & found.keys()) if not LICENCES["is_acceptable"](found[name])] == []


@pytest.mark.parametrize(
    ("licence", "acceptable"),
    [
        *(
            ("MIT", True),
            ("LGPL-3.0-only", True),
            ("GPL-2.0-only OR MIT", True),
            ("GNU General Public License v2 (GPLv2)", False),
        ),
        *(("AGPL-3.0-or-later", False), ("GPL-3.0-only", False), ("UNKNOWN", False), ("", False)),
        *(
            ("GNU Affero General Public License v3 (AGPLv3)", False),
            ("GNU Lesser General Public License v3 (LGPLv3)", True),
        ),
    ],
)
def test_what_may_be_used(licence: str, acceptable: bool) -> None:
    assert LICENCES["is_acceptable"](licence) is acceptable
