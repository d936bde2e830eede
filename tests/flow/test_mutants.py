"""Broken copies of the service: what must never be done is done there, and the storm must notice.

Each copy stands in a directory and has servers of its own; the tree itself is not touched. A whole copy passes.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.service import ROOT

pytestmark = pytest.mark.timeout(600)

LEFT_OUT = (".git", ".venv", ".local*", ".*_cache", "__pycache__", ".hypothesis", "node_modules")
SQUALL = "nothing_is_lost and short"

GIVEN_BY_OUR_OWN_RUN = {
    *("DATABASE_URL", "REDIS_URL", "DATA_DIR", "SECRET_KEY", "NOTE_KEYS", "PYTEST_DEBUG_TEMPROOT", "PYTEST_ADDOPTS"),
    *("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_XDIST_TESTRUNUID", "PYTEST_CURRENT_TEST"),
}
"""The copy starts servers of its own, as the first process of a run does."""


@dataclass(frozen=True)
class Mutant:
    """What is done wrong, in which files (old words, new words), and by which assertion of which test it is caught."""

    name: str
    caught_by: str
    changes: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    tests: str = SQUALL
    without_unique_constraints: bool = False


MUTANTS = [
    Mutant(
        "marked as sent before it is sent",
        "in assert_everything_arrived",
        {
            "alerts/delivery/send.py": (
                ("        provider_id = hand_over(", '        _record_sent(claim, "", now)\n        hand_over('),
                ("        _record_sent(claim, provider_id, now)\n", "        pass\n"),
            )
        },
    ),
    Mutant(
        "claimed without a lease, so that two workers send at once",
        "in assert_copies_were_in_flight",
        {"alerts/delivery/claim.py": (('"sending", attempts, now + LEASE', '"sending", attempts, now'),)},
    ),
    Mutant(
        "acknowledged early to a broker that is the only queue",
        "TimeoutError: .* unsettled",
        {
            "backend/settings/queue.py": (("CELERY_TASK_ACKS_LATE = True", "CELERY_TASK_ACKS_LATE = False"),),
            "alerts/tasks.py": (
                (
                    "screening.waiting_diaries(now=timezone.now())",
                    "screening.waiting_diaries(now=timezone.now()).none()",
                ),
                ("turns.due_deliveries(now=now)", "turns.due_deliveries(now=now).none()"),
            ),
        },
    ),
    Mutant(
        "nobody looks whether somebody has acted",
        "in assert_nothing_after_an_acknowledgement",
        {
            "alerts/escalation/start_and_stop.py": (("    drop_owed(alert=alert)\n", ""),),
            "alerts/delivery/worth_sending.py": (
                ("delivery.alert.state not in SENT_WHILE[delivery.step]", 'delivery.alert.state == "withdrawn"'),
            ),
        },
    ),
    Mutant(
        "news is not compared with what is on record",
        "in assert_what_follows_is_what_was_done",
        {
            "alerts/raising/news.py": (
                (
                    "if _is_news(seen, signs, last_days, acted, tier)",
                    "if acted is Acted.ACKNOWLEDGED or _is_news(seen, signs, last_days, acted, tier)",
                ),
            )
        },
    ),
    Mutant(
        "nothing is news once somebody has acted",
        "in assert_news_opened_it_again",
        {
            "alerts/raising/news.py": (
                (
                    "if _is_news(seen, signs, last_days, acted, tier)",
                    "if acted is not Acted.ACKNOWLEDGED and _is_news(seen, signs, last_days, acted, tier)",
                ),
            )
        },
    ),
    Mutant(
        "one message for each alert",
        "in assert_one_message_each",
        {
            "alerts/delivery/outbox.py": (
                ("messages.setdefault(alike, delivery.pk) if personal else delivery.pk", "delivery.pk"),
            )
        },
    ),
    Mutant(
        "what nobody answers for stays as it is",
        "in assert_what_follows_is_what_was_done",
        {
            "alerts/escalation/start_and_stop.py": (
                ('("question", "reopened")', '("question",)'),
                ('"asked_again": froz', '"reopened": frozenset(), "asked_again": froz'),
            )
        },
    ),
    Mutant(
        "no unique constraints",
        "DID NOT RAISE",
        tests="database_itself_refuses",
        without_unique_constraints=True,
    ),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The tree as it stands, in another place."""
    copied = tmp_path / "copy"
    shutil.copytree(ROOT, copied, ignore=shutil.ignore_patterns(*LEFT_OUT))
    return copied


def test_what_each_breaks_is_there_once() -> None:
    for mutant in MUTANTS:
        for file, changes in mutant.changes.items():
            for old, new in changes:
                replaced((ROOT / file).read_text(), old, new)


@pytest.mark.chaos
def test_a_whole_copy_weathers_the_storm(copy: Path) -> None:
    status, printed = weathers(copy, "nothing_is_lost and short or database_itself_refuses")
    assert status == pytest.ExitCode.OK, printed
    assert "2 passed" in printed


@pytest.mark.chaos
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_broken_copy_is_caught(copy: Path, mutant: Mutant) -> None:
    for file, changes in mutant.changes.items():
        for old, new in changes:
            broken = copy / file
            broken.write_text(replaced(broken.read_text(), old, new))
    if mutant.without_unique_constraints:
        drop_unique_constraints(copy)
    status, printed = weathers(copy, mutant.tests)
    assert status == pytest.ExitCode.TESTS_FAILED, printed
    assert re.search(mutant.caught_by, printed), printed[-5_000:]


def replaced(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{old!r} is not what it was"
    return text.replace(old, new)


def drop_unique_constraints(copy: Path) -> None:
    """As if no one had thought of them: a migration that comes last takes them away."""
    migrations = copy / "alerts" / "migrations"
    last = max(file.stem for file in migrations.glob("[0-9]*.py"))
    named = {"alert": "alert_one_open_by_rule", "delivery": "delivery_once", "escalationstep": "escalation_step_once"}
    dropped = ", ".join(f"migrations.RemoveConstraint({model!r}, {name!r})" for model, name in named.items())
    (migrations / "9999_no_unique_constraints.py").write_text(
        "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n"
        f"    dependencies = [('alerts', {last!r})]\n    operations = [{dropped}]\n"
    )


def weathers(copy: Path, tests: str) -> tuple[int, str]:
    """Run these tests in the copy; gives their exit status and what they print."""
    environment = {name: value for name, value in os.environ.items() if name not in GIVEN_BY_OUR_OWN_RUN}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "tests/flow/test_storm.py",
            "-m",
            "",  # whenever they run otherwise
            "-k",
            tests,
            "-n",
            "0",
            "--tb=short",
            "-p",
            "no:cacheprovider",
        ],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    return done.returncode, done.stdout + done.stderr
