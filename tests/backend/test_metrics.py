"""Metrics: closed to the outside, counted in the database, and about no one."""

from datetime import UTC, datetime, timedelta
from itertools import chain
from math import inf
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from prometheus_client import Counter, Histogram
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks as Committed

from alerts.auditing import LATE, audit
from alerts.delivery.send import deliver
from alerts.measures import DANGER_SIGNS, DELIVERIES, DELIVERY_SECONDS, SCREENINGS
from alerts.models import Alert, Delivery, ReceiverCircuit, ScreeningFailure
from alerts.screening.diary import screen_diary
from backend import health
from backend.health import heartbeat_recorded
from diary.account.erase import erase
from diary.account.retention import keep_no_longer
from diary.limits.budgets import Budget, note_alert_by_sms, spend
from diary.measures import ERASURES, SCREENING_LAG, WRITES
from diary.models import Import, Patient, Retention
from tests.alerts.diaries import saddle_numbness, write
from tests.cast import Person
from tests.diary.spending import budgets_of, forget_budgets
from tests.flow.kill import flush_broker

NOW = datetime.now(UTC)
TOKEN = "5f0c8a1be2d94d5c"  # made up for these tests


@pytest.fixture
def token(settings: Settings) -> str:
    settings.METRICS_TOKEN = TOKEN
    return TOKEN


@pytest.fixture(autouse=True)
def _nothing_spent_and_nothing_counted() -> None:
    flush_broker()
    forget_budgets()
    counters: list[Counter] = [WRITES, DANGER_SIGNS, SCREENINGS, DELIVERIES]
    for labelled in chain.from_iterable(list[Any](counter._metrics.values()) for counter in counters):
        labelled.reset()
    for delivered in list[Any](DELIVERY_SECONDS._metrics.values()):
        forget_observed(delivered)
    forget_observed(SCREENING_LAG)
    ERASURES.reset()


def forget_observed(histogram: Histogram) -> None:
    histogram._sum.set(0)
    for bucket in histogram._buckets:
        bucket.set(0)


@pytest.fixture
def alice(db: None) -> Person:
    return Person("Alice")


Figures = dict[tuple[str, str], float]
"""Each figure by its name and its label, which is empty where there is none."""


def scraped(client: Client) -> Figures:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {
        (sample.name, "".join(sample.labels.values())): sample.value for family in families for sample in family.samples
    }


def test_without_a_token_there_is_no_such_address(client: Client, db: None) -> None:
    for sent in ({}, {"Authorization": "Bearer "}, {"Authorization": f"Bearer {TOKEN}"}):
        assert client.get("/metrics", headers=sent).status_code == 404


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer é"])
def test_it_is_closed_to_whoever_does_not_know_the_token(client: Client, db: None, sent: str) -> None:
    answer = client.get("/metrics", headers={"Authorization": sent})
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.usefixtures("token")
def test_a_signed_in_person_is_as_much_outside_as_everybody(client: Client, alice: Person) -> None:
    assert client.get("/metrics", headers={"Authorization": f"Bearer {alice.token}"}).status_code == 401


@pytest.mark.usefixtures("token")
def test_an_empty_service_has_all_figures_at_zero(client: Client, db: None) -> None:
    heartbeat_recorded(now=datetime.now(UTC))
    figures = scraped(client)
    assert figures.pop(("diary_up", "")) == 1
    assert figures.pop(("diary_broker_up", "")) == 1
    assert 0 <= figures.pop(("diary_last_beat_seconds", "")) < 60
    assert figures.pop(("diary_last_audit_seconds", "")) == inf
    assert figures.pop(("diary_last_retention_seconds", "")) == inf
    assert figures.pop(("diary_note_keys", "")) == 1
    assert figures.pop(("diary_database_connections_limit", "")) > figures.pop(("diary_database_connections", "active"))
    assert figures.pop(("diary_database_bytes", "")) > 0
    assert figures.pop(("diary_last_archived_seconds", "")) == inf
    assert {("diary_open_alerts", "emergency"), ("diary_overdue_deliveries", "email")} < set(figures)
    assert {("diary_queue_depth", "screening"), ("diary_deliveries_total", "smssent")} < set(figures)
    of_other_tests = {"diary_database_connections", "diary_queue_depth"}
    assert {name for (name, _), value in figures.items() if value} <= of_other_tests


@pytest.mark.usefixtures("token")
def test_a_clock_that_never_went_round_is_not_one_that_just_did(client: Client, db: None) -> None:
    figures = scraped(client)
    assert (figures["diary_last_beat_seconds", ""], figures["diary_oldest_undelivered_seconds", ""]) == (inf, 0)


@pytest.mark.usefixtures("token")
def test_it_counts_what_is_held_and_who_does_not_answer(client: Client, alice: Person) -> None:
    write(alice, saddle_numbness())
    now = datetime.now(UTC)
    Delivery.objects.update(held="circuit", held_since=now, next_attempt_at=now)
    for name, until in (("silent.example:443", now + LATE), ("back.example:443", now)):
        ReceiverCircuit.objects.create(receiver=name, failures=5, failed_at=now, open_until=until)
    figures = scraped(client)
    assert (figures["diary_held_deliveries", "circuit"], figures["diary_held_deliveries", "account"]) == (1, 0)
    assert figures["diary_open_circuits", ""] == 1


@pytest.mark.usefixtures("token")
def test_it_counts_what_codes_cost(client: Client, db: None, settings: Settings) -> None:
    budgets_of(settings, sms=2)
    for _ in range(3):
        spend(Budget("sms"))
    note_alert_by_sms()
    figures = scraped(client)
    assert (figures["diary_budget_spent_total", "sms"], figures["diary_budget_refused_total", "sms"]) == (2, 1)
    assert figures["diary_budget_spent_total", "sms_alerts"] == 1
    assert figures["diary_budget_used_ratio", "sms"] == pytest.approx(1, abs=0.01)


@pytest.mark.usefixtures("token")
def test_it_counts_what_waits_and_what_failed(client: Client, alice: Person) -> None:
    write(alice, saddle_numbness())
    now = datetime.now(UTC)
    Patient.objects.update(unscreened_since=now - timedelta(minutes=10))
    Delivery.objects.update(next_attempt_at=now - LATE - timedelta(seconds=1))
    figures = scraped(client)
    assert figures["diary_up", ""] == 0
    assert figures["diary_unscreened_diaries", ""] == 1
    assert 600 <= figures["diary_oldest_unscreened_seconds", ""] < 660
    assert figures["diary_open_alerts", "emergency"] == 1
    assert figures["diary_owed_deliveries", "email"] == figures["diary_overdue_deliveries", "email"] == 1

    Delivery.objects.update(state="failed", next_attempt_at=None)
    figures = scraped(client)
    assert (figures["diary_owed_deliveries", "email"], figures["diary_failed_deliveries", "email"]) == (0, 1)


@pytest.mark.usefixtures("token")
def test_failing_diaries_and_due_escalations_are_counted(client: Client, alice: Person) -> None:
    write(alice, saddle_numbness())
    Alert.objects.get().steps.filter(step="escalated").update(due_at=NOW - timedelta(minutes=1))
    ScreeningFailure.objects.create(
        patient_id=alice.patient_id, attempts=1, failed_at=NOW, retry_at=NOW, error="ValueError"
    )
    figures = scraped(client)
    assert figures["diary_failing_diaries", ""] == 1
    assert figures["diary_due_escalations", ""] >= 1
    assert figures["diary_oldest_unescalated_seconds", ""] >= 60


@pytest.mark.usefixtures("token")
def test_what_the_auditor_found_and_mended_is_counted_whoever_asks(client: Client, alice: Person) -> None:
    write(alice, saddle_numbness())
    Delivery.objects.all().delete()
    audit(now=datetime.now(UTC), mend=True)
    audit(now=datetime.now(UTC), mend=True)
    figures = scraped(client)
    assert figures["diary_audit_found_total", "untold"] == figures["diary_audit_mended_total", "untold"] == 1
    assert figures["diary_audit_left", "untold"] == 0
    assert figures["diary_last_audit_seconds", ""] < 60


@pytest.mark.usefixtures("token")
def test_what_was_written_found_and_sent_is_counted(
    client: Client, alice: Person, settings: Settings, django_capture_on_commit_callbacks: Committed
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with django_capture_on_commit_callbacks(execute=True):
        write(alice, saddle_numbness())
    screen_diary(patient_id=alice.patient_id, now=timezone.now())
    deliver(delivery_id=Delivery.objects.get().pk, now=timezone.now())
    figures = scraped(client)
    assert figures["diary_writes_total", "entry"] == 1
    assert figures["diary_danger_signs_answered_total", "emergency"] == 1
    assert figures["diary_screenings_total", "screened"] == figures["diary_screening_lag_seconds_count", ""] == 1
    assert figures["diary_deliveries_total", "emailsent"] == 1
    assert figures["diary_delivery_seconds_count", "emergency"] == 1


@pytest.mark.usefixtures("token")
def test_an_erased_account_is_counted(
    client: Client, alice: Person, django_capture_on_commit_callbacks: Committed
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        erase(user_id=alice.id, now=timezone.now())
    assert scraped(client)["diary_erasures_total", ""] == 1


@pytest.mark.usefixtures("token")
def test_it_says_nothing_about_anybody(client: Client, alice: Person) -> None:
    write(alice, saddle_numbness())
    audit(now=datetime.now(UTC), mend=True)
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    private = {str(alice.id), str(alice.patient_id), str(Alert.objects.get().pk), "cauda_equina", "numb", "Alice"}
    assert not {word for word in private if word in text}


@pytest.mark.usefixtures("token")
def test_it_is_for_reading_only_and_never_cached(client: Client, db: None) -> None:
    asked = {"Authorization": f"Bearer {TOKEN}"}
    assert client.post("/metrics", headers=asked).status_code == 405
    assert "no-store" in client.get("/metrics", headers=asked)["Cache-Control"]


@pytest.mark.usefixtures("token", "db")
def test_without_the_database_there_are_no_figures(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setitem(health._AGES, "last_beat_seconds", refused)
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 503


@pytest.mark.usefixtures("token")
def test_what_was_removed_as_its_time_was_over_is_counted(client: Client, alice: Person) -> None:
    keep_no_longer(now=timezone.now())
    Retention.objects.filter(pk="devices").update(removed_ever=7)
    figures = scraped(client)
    assert figures["diary_retention_removed_total", "devices"] == 7
    assert figures["diary_retention_removed_total", "access_lines"] == 0
    assert 0 <= figures["diary_last_retention_seconds", ""] < 60


@pytest.mark.usefixtures("token")
def test_an_import_that_does_not_get_on_is_counted(client: Client, alice: Person) -> None:
    for attempts in (1, 2):
        Import.objects.create(
            patient_id=alice.patient_id,
            state="waiting",
            accepted_at=NOW,
            due_at=NOW,
            digest=b"",
            attempts=attempts,
        )
    figures = scraped(client)
    assert (figures["diary_unfinished_imports", ""], figures["diary_failing_imports", ""]) == (2, 1)
