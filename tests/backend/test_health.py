"""Health: alive, ready, and honest about what waits."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from alerts.models import Alert, AuditCheck, EscalationStep, ScreeningFailure
from backend import broker, health
from backend.checks.stored import prove_keys
from backend.health import heartbeat_recorded
from backend.local.embedded.server import free_port
from backend.models import Heartbeat
from backend.tasks import record_heartbeat
from diary.models import Patient, User

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def broker_asked_anew() -> Iterator[None]:
    broker.broker.cache_clear()
    yield
    broker.broker.cache_clear()


@pytest.fixture(autouse=True)
def measured_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "KEPT_FOR_SECONDS", 0.0)


@pytest.fixture
def beating(db: None) -> None:
    heartbeat_recorded(now=datetime.now(UTC))


def ready(client: Client) -> tuple[int, dict[str, object]]:
    answer = client.get("/health/ready")
    return answer.status_code, json.loads(answer.content)


def alice(*, unscreened_for: timedelta) -> Patient:
    user = User.objects.create(email="alice@example.org")
    return Patient.objects.create(user=user, revision=1, unscreened_since=datetime.now(UTC) - unscreened_for)


def test_alive_asks_nobody(client: Client) -> None:
    """Without the `db` fixture any query would fail."""
    answer = client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.usefixtures("beating")
def test_all_well(client: Client) -> None:
    status, body = ready(client)
    assert status == 200
    assert body.pop("last_beat_seconds") is not None
    assert body == {
        "status": "ok",
        "database": True,
        "broker": True,
        "journal": True,
        "oldest_unscreened_seconds": None,
        "oldest_undelivered_seconds": None,
        "oldest_unescalated_seconds": None,
        "oldest_unfollowed_seconds": None,
        "last_audit_seconds": None,
        "audit_findings": None,
        "failing_diaries": 0,
        "wrong_settings": [],
    }


@pytest.mark.usefixtures("beating")
def test_keys_that_do_not_open_what_is_stored_are_no_readiness(client: Client, settings: Settings) -> None:
    prove_keys(now=NOW)
    settings.NOTE_KEYS = [Fernet.generate_key().decode()]
    status, body = ready(client)
    assert (status, body["status"], body["wrong_settings"]) == (503, "misconfigured", ["NOTE_KEYS"])


@pytest.mark.usefixtures("beating")
def test_a_diary_that_fails_is_counted_and_makes_nobody_else_look_late(client: Client) -> None:
    patient = alice(unscreened_for=timedelta(hours=5))
    ScreeningFailure.objects.create(patient=patient, attempts=4, failed_at=NOW, retry_at=NOW, error="ValueError")
    status, body = ready(client)
    assert (status, body["status"], body["failing_diaries"]) == (200, "ok", 1)
    assert body["oldest_unscreened_seconds"] is None


@pytest.mark.usefixtures("beating")
def test_work_that_has_just_come_in_is_no_reason_to_worry(client: Client) -> None:
    alice(unscreened_for=timedelta(seconds=30))
    status, body = ready(client)
    assert (status, body["status"]) == (200, "ok")
    assert 30 <= float(str(body["oldest_unscreened_seconds"])) < 60


@pytest.mark.usefixtures("beating")
def test_a_diary_left_unscreened_is_late(client: Client) -> None:
    alice(unscreened_for=timedelta(minutes=4))
    assert (ready(client)[0], ready(client)[1]["status"]) == (503, "late")


def test_a_clock_that_stopped_is_late(client: Client, db: None) -> None:
    heartbeat_recorded(now=datetime.now(UTC) - timedelta(minutes=4))
    assert (ready(client)[0], ready(client)[1]["status"]) == (503, "late")


def test_a_clock_that_never_started_is_late(client: Client, db: None) -> None:
    assert ready(client)[0] == 503


def audited(*, left: int, name: str = "untold", ago: timedelta = timedelta()) -> None:
    """What the auditor kept."""
    at = datetime.now(UTC) - ago
    AuditCheck.objects.create(name=name, at=at, found=2, left=left, found_ever=2, mended_ever=2 - left)


@pytest.mark.usefixtures("beating")
def test_what_the_auditor_put_right_is_no_outage(client: Client) -> None:
    audited(left=0)
    status, body = ready(client)
    assert (status, body["status"], body["audit_findings"]) == (200, "ok", 0)


@pytest.mark.usefixtures("beating")
def test_what_the_auditor_could_not_put_right_is_late(client: Client) -> None:
    audited(left=1)
    status, body = ready(client)
    assert (status, body["status"], body["audit_findings"]) == (503, "late", 1)


@pytest.mark.usefixtures("beating")
def test_what_the_auditor_knows_of_failing_diaries_is_told_apart(client: Client) -> None:
    audited(left=1, name="failing")
    assert ready(client)[0] == 200


@pytest.mark.usefixtures("beating")
def test_an_auditor_that_stopped_is_late(client: Client) -> None:
    audited(left=0, ago=timedelta(minutes=4))
    assert (ready(client)[0], ready(client)[1]["status"]) == (503, "late")


@pytest.mark.usefixtures("beating")
@pytest.mark.parametrize(("minutes", "status"), [(2, 200), (4, 503)])
def test_a_step_that_nobody_takes_is_late(client: Client, minutes: int, status: int) -> None:
    patient, due = alice(unscreened_for=timedelta(seconds=1)), datetime.now(UTC) - timedelta(minutes=minutes)
    alert = Alert.objects.create(
        patient=patient, rule="cauda_equina", rule_version=1, tier="emergency", state="open", met_on=due.date(),
        found_on=due.date(), evidence={}, opened_at=due,
    )  # fmt: skip
    EscalationStep.objects.create(patient=patient, alert=alert, place=0, step="escalated", due_at=due, to=["me"])
    answered, body = ready(client)
    assert (answered, body["audit_findings"]) == (status, None)
    assert float(str(body["oldest_unescalated_seconds"])) >= 60 * minutes


def test_the_task_sets_the_clock(db: None) -> None:
    before = datetime.now(UTC)
    record_heartbeat()
    record_heartbeat()
    assert Heartbeat.objects.get().at >= before


@pytest.mark.usefixtures("beating")
def test_a_broker_away_is_told_but_is_no_outage(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    status, body = ready(client)
    assert (status, body["status"], body["broker"]) == (200, "degraded", False)


def test_a_database_away_is_an_outage(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setitem(health._AGES, "last_beat_seconds", refused)
    status, body = ready(client)
    assert (status, body["status"], body["database"]) == (503, "down", False)


@pytest.mark.parametrize("address", ["/health/live", "/health/ready"])
def test_it_is_for_reading_only_and_never_cached(client: Client, db: None, address: str) -> None:
    assert client.post(address).status_code == 405
    assert "no-store" in client.get(address)["Cache-Control"]


def test_a_bad_answer_is_not_also_a_line_in_the_log(client: Client, db: None, caplog: pytest.LogCaptureFixture) -> None:
    assert ready(client)[0] == 503
    assert not caplog.records


@pytest.mark.usefixtures("beating")
def test_it_says_nothing_about_anybody(client: Client) -> None:
    patient = alice(unscreened_for=timedelta(minutes=4))
    text = client.get("/health/ready").content.decode()
    assert "alice" not in text
    assert str(patient.id) not in text


@pytest.mark.usefixtures("beating")
def test_asking_often_costs_no_more_than_asking_each_second(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "KEPT_FOR_SECONDS", 60.0)
    monkeypatch.setattr(health, "_ready", health._Kept())
    first = ready(client)
    with CaptureQueriesContext(connection) as asked:
        assert [ready(client) for _ in range(20)] == [first] * 20
    assert len(asked) == 0
    monkeypatch.setattr(health, "KEPT_FOR_SECONDS", 0.0)
    assert ready(client)[1]["last_beat_seconds"] != first[1]["last_beat_seconds"]
