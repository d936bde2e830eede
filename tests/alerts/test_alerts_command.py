"""`manage.py alerts audit`: says what is wrong, in words or for programs, and its exit status says whether."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from alerts.auditing import CHECKS
from alerts.models import Alert, AuditCheck, Delivery
from diary.models import Patient
from tests.alerts.diaries import saddle_numbness, write
from tests.cast import Person


def run(*flags: str) -> tuple[str, int]:
    """What it prints, and its exit status."""
    out = io.StringIO()
    try:
        call_command("alerts", "audit", *flags, stdout=out)
    except SystemExit as end:
        return out.getvalue(), int(str(end.code))
    return out.getvalue(), 0


def run_for_programs(*flags: str) -> tuple[dict[str, Any], int]:
    printed, status = run("--json", *flags)
    return json.loads(printed), status


@pytest.fixture
def forgotten(alice: Person) -> Alert:
    """An alert that Alice should have been told of and was not."""
    write(alice, saddle_numbness())
    Patient.objects.update(unscreened_since=None, screened_revision=1)
    Delivery.objects.all().delete()
    return Alert.objects.get()


def test_all_well_is_a_row_for_each_check_and_success(db: None) -> None:
    printed, status = run()
    assert status == 0
    assert [line.split()[:4] for line in printed.splitlines()[1:]] == [[check.name, "0", "0", "0"] for check in CHECKS]


def test_something_wrong_is_told_by_its_id_and_fails(forgotten: Alert) -> None:
    printed, status = run()
    assert status == 1
    assert f"untold {forgotten.pk}" in printed.splitlines()
    assert not AuditCheck.objects.exists()


def test_repairing_puts_it_right_and_succeeds(forgotten: Alert) -> None:
    answer, status = run_for_programs("--repair")
    assert (answer["untold"], status) == ({"found": [str(forgotten.pk)], "mended": 1, "left": 0}, 0)
    assert Delivery.objects.filter(alert=forgotten, state="owed").exists()
    assert run_for_programs() == ({check.name: {"found": [], "mended": 0, "left": 0} for check in CHECKS}, 0)


@pytest.mark.usefixtures("forgotten")
def test_it_tells_ids_only(alice: Person) -> None:
    for flags in ((), ("--json",)):
        printed = run(*flags)[0].lower()
        assert not {word for word in ("alice", alice.email, "numb", "cauda", "emergency") if word in printed}


def test_an_action_that_there_is_not_is_refused() -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("alerts", "silence")
