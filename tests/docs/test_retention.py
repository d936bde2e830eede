"""The table of retention says what the settings, the constants and the jobs say."""

from datetime import timedelta
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings

from backend.settings import retention

DOCUMENT: Final = Path(__file__).resolve().parents[2] / "docs" / "data-protection.md"
ROWS: Final = [
    [cell.strip() for cell in line.strip("|\n ").split("|")]
    for line in DOCUMENT.read_text().partition("## Retention\n")[2].partition("\n## ")[0].splitlines()
    if line.startswith("|") and "⟨" not in line
][2:]
HELD: Final = [row for row in ROWS if row[2].startswith("`")]


@pytest.mark.parametrize("row", HELD, ids=lambda row: row[0])
def test_it_is_kept_for_as_long_as_it_says(row: list[str]) -> None:
    name = row[2].strip("`")
    if "." in name:
        module, _, constant = name.rpartition(".")
        kept = getattr(import_module(module), constant)
    else:
        kept = timedelta(days=getattr(settings, name))
    assert kept / timedelta(days=1) == float(Fraction(row[1]))


@pytest.mark.parametrize("row", HELD, ids=lambda row: row[0])
def test_a_job_of_this_name_removes_it(row: list[str]) -> None:
    assert row[3] in settings.CELERY_BEAT_SCHEDULE or row[3] == "refused when opened"


def test_every_setting_of_retention_has_a_row() -> None:
    named = {row[2].strip("`") for row in HELD}
    assert {name for name in vars(retention) if name.isupper() and name.endswith("_DAYS")} <= named
