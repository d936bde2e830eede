"""Counts and ages for monitoring: what the database says when they are read, and what processes count of their work.

The figures of the database are the same whichever process is asked. The counts (`diary.measures`) are those of the
processes beside the one that is asked; workers answer with theirs (`backend.worker_metrics`).

Every figure is a sum over everyone: no id and nothing about anyone's health. It tells outsiders how many people there
are sent what, and so it is closed: whoever reads it sends `Authorization: Bearer` with `METRICS_TOKEN`.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from math import inf
from typing import Final

from django.conf import settings
from django.db import Error, connection
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector, CollectorRegistry

from alerts.auditing import LATE
from alerts.channels import CHANNELS
from alerts.delivery.not_sent import HELD
from alerts.escalation.start_and_stop import untaken
from alerts.models import Alert, AuditCheck, Courtesy, Delivery, EscalationStep, ReceiverCircuit
from alerts.models.courtesy import CourtesyKind
from alerts.rules.tiers import Tier
from backend.broker import queue_depths
from backend.checks import restored
from backend.health import health_measured
from backend.models import KeyProof
from backend.read_only import read_only
from diary.limits.budgets import counted, used
from diary.measures import REGISTRY
from diary.models import FailingEndpoint, Import, JournalLine, Patient, Retention
from diary.models.choices import words
from diary.models.retention import RetentionKind
from diary.recording.imports.accept import BEFORE

_NOTHING_WAITS: Final = 0.0
_NEVER: Final = inf
"""As Prometheus advises no metric is ever missing. What never happened is infinitely long ago, which every alert that
compares it with a bound understands; with NaN none would fire."""
_WAITS: Final[Mapping[str, str]] = {
    "oldest_unscreened_seconds": "How long the longest waiting diary waits to be screened.",
    "oldest_undelivered_seconds": "For how long the longest waiting delivery has been due.",
    "oldest_unescalated_seconds": "For how long the longest waiting step of an escalation has been due.",
    "oldest_unfollowed_seconds": "For how long the longest unseen or failed delivery should have been followed.",
}
_LAST: Final[Mapping[str, str]] = {
    "last_beat_seconds": "How long ago the clock went round through beat, broker and worker; +Inf if never.",
    "last_audit_seconds": "How long ago the auditor looked; +Inf if never.",
}


class DatabaseCollector(Collector):
    """What the database says at `now`. Raises django.db.Error when it says nothing."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Every metric, each with all its labels, so that a zero is a zero and not a gap."""
        health = health_measured(now=self._now)
        if not health.database:
            raise Error("the database is away")
        yield _gauge("diary_up", "1 while nothing is late.", float(health.status in {"ok", "degraded"}))
        yield _gauge("diary_broker_up", "1 while the broker answers.", float(health.broker))
        for names, without in ((_WAITS, _NOTHING_WAITS), (_LAST, _NEVER)):
            for name, says in names.items():
                age: float | None = getattr(health, name)
                yield _gauge(f"diary_{name}", says, without if age is None else age)
        yield _gauge("diary_failing_diaries", "Diaries whose screening fails.", health.failing_diaries or 0)
        waiting = Patient.objects.filter(unscreened_since__isnull=False)
        yield _gauge("diary_unscreened_diaries", "Diaries that wait to be screened.", waiting.count())
        imports = Import.objects.filter(due_at__isnull=False).exclude(state__in=BEFORE)
        yield _gauge("diary_unfinished_imports", "Imports that wait to be stored or taken back.", imports.count())
        failing = imports.filter(attempts__gt=1)
        yield _gauge("diary_failing_imports", "Those of them whose last attempts came to nothing.", failing.count())
        yield _gauge("diary_note_keys", "Keys of NOTE_KEYS that this process was given.", len(settings.NOTE_KEYS))
        yield _gauge("diary_note_keys_used", "Keys that sealed what is stored.", KeyProof.objects.count())
        yield from self._alerts()
        yield from self._deliveries()
        yield from self._courtesies()
        yield from self._audits()
        yield from self._retention()
        yield from self._budgets()
        yield from self._journal()
        yield from _broker()
        yield from _database(self._now)

    def _alerts(self) -> Iterator[Metric]:
        opened = Alert.objects.filter(state="open").values_list("tier").annotate(Count("pk"))
        yield _by(
            "diary_open_alerts", "Alerts on which no one acted yet.", "tier", [tier.value for tier in Tier], opened
        )
        due = untaken(EscalationStep.objects.filter(due_at__lte=self._now))
        yield _gauge("diary_due_escalations", "Steps that are due and not taken yet.", due.count())

    def _deliveries(self) -> Iterator[Metric]:
        unsettled = Delivery.objects.filter(next_attempt_at__isnull=False).values("channel")
        late = Count("pk", filter=Q(next_attempt_at__lte=self._now - LATE))
        owed, overdue = Count("pk"), late
        rows = list(unsettled.annotate(owed=owed, overdue=overdue).values_list("channel", "owed", "overdue"))
        failed = Delivery.objects.filter(state="failed").values_list("channel").annotate(Count("pk"))
        for name, says, counts in (
            ("owed", "Deliveries that are owed or being sent.", [(channel, count) for channel, count, _ in rows]),
            ("overdue", "Those that should have been tried by now.", [(channel, count) for channel, _, count in rows]),
            ("failed", "Deliveries that were given up.", failed),
        ):
            yield _by(f"diary_{name}_deliveries", says, "channel", CHANNELS, counts)
        held = Delivery.objects.filter(state="owed").exclude(held="").values_list("held").annotate(Count("pk"))
        yield _by("diary_held_deliveries", "Deliveries that wait for their receiver.", "reason", HELD, held)
        failing = FailingEndpoint.objects.values_list("channel").annotate(Count("pk"))
        for name, of_these in (("failing", Q(dead_at=None)), ("dead", ~Q(dead_at=None))):
            says = f"Mailboxes, devices, telephones and webhooks that are {name}."
            yield _by(f"diary_{name}_endpoints", says, "channel", CHANNELS, failing.filter(of_these))
        circuits = ReceiverCircuit.objects.filter(open_until__gt=self._now)
        yield _gauge("diary_open_circuits", "Receivers that do not answer and are left alone.", circuits.count())

    def _courtesies(self) -> Iterator[Metric]:
        due = Courtesy.objects.filter(due_at__lte=self._now).values_list("kind").annotate(Count("pk"))
        says = "Messages about no alert that are due and not sent yet."
        yield _by("diary_due_courtesies", says, "kind", words(CourtesyKind), due)

    def _audits(self) -> Iterator[Metric]:
        left = GaugeMetricFamily("diary_audit_left", "What the last audit could not put right.", labels=["check"])
        found = CounterMetricFamily("diary_audit_found", "What audits found so far.", labels=["check"])
        mended = CounterMetricFamily("diary_audit_mended", "What audits put right so far.", labels=["check"])
        for check in AuditCheck.objects.order_by("name"):
            left.add_metric([check.name], check.left)
            found.add_metric([check.name], check.found_ever)
            mended.add_metric([check.name], check.mended_ever)
        yield from (left, found, mended)

    def _retention(self) -> Iterator[Metric]:
        removed = CounterMetricFamily(
            "diary_retention_removed", "What was removed as its time was over.", labels=["kind"]
        )
        kinds = dict(Retention.objects.values_list("kind", "removed_ever"))
        for kind in words(RetentionKind):
            removed.add_metric([kind], kinds.get(kind, 0))
        yield removed
        last = Retention.objects.order_by("at").values_list("at", flat=True).first()
        says = "How long ago it was last looked for; +Inf if never."
        yield _gauge("diary_last_retention_seconds", says, (self._now - last).total_seconds() if last else _NEVER)

    def _journal(self) -> Iterator[Metric]:
        since = JournalLine.objects.filter(relayed_at=None).order_by("at").values_list("at", flat=True).first()
        says = "For how long a line for the journal outside the database has waited."
        waiting = (self._now - since).total_seconds() if since else _NOTHING_WAITS
        yield _gauge("diary_journal_waiting_seconds", says, waiting)
        says = "1 while the database lacks what the journal has, or may lack it as the journal cannot be read."
        yield _gauge("diary_database_set_back", says, float(bool(restored.journal())))
        says = "1 while the journal cannot be read, and the service goes on as the database was not restored."
        yield _gauge("diary_journal_away", says, float(bool(restored.journal_away())))

    def _budgets(self) -> Iterator[Metric]:
        """No samples while Redis is away, which `diary_broker_up` tells: a zero would look like a quiet day."""
        spent = CounterMetricFamily(
            "diary_budget_spent", "What was drawn from daily budgets, and alerts sent by SMS.", labels=["budget"]
        )
        refused = CounterMetricFamily(
            "diary_budget_refused", "What was not sent because a daily budget was spent.", labels=["budget"]
        )
        for (what, name), count in (counted() or {}).items():
            (spent if what == "spent" else refused).add_metric([name], count)
        share = GaugeMetricFamily(
            "diary_budget_used_ratio", "How much of a budget of the whole service is used now.", labels=["budget"]
        )
        for name, ratio in used():
            share.add_metric([name], ratio)
        yield from (spent, refused, share)


@read_only
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Every figure, as Prometheus reads it; 503 without the database, 401 without the token, 404 if none is set."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry(auto_describe=False)
    try:
        registry.register(DatabaseCollector(timezone.now()))
        return HttpResponse(generate_latest(counts()) + generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    except Error:
        connection.close()
        return HttpResponse(status=503)


def counts() -> CollectorRegistry:
    """What this process and those beside it counted."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry(auto_describe=False)
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _broker() -> Iterator[Metric]:
    """No samples while it is away."""
    says = "Tasks that wait in the broker for a worker."
    depth = GaugeMetricFamily("diary_queue_depth", says, labels=["queue"])
    for queue, count in queue_depths().items():
        depth.add_metric([queue], count)
    yield depth


_STATES: Final = ("active", "idle", "idle in transaction")


def _database(now: datetime) -> Iterator[Metric]:
    """How full the server is, and whether it archives its write-ahead log (`docs/restoring.md`)."""
    with connection.cursor() as cursor:
        cursor.execute(_CONNECTIONS)
        yield _by("diary_database_connections", "Connections to the database.", "state", _STATES, cursor.fetchall())
        cursor.execute(_SERVER)
        most, size, archived, failed, failing = cursor.fetchone()
    yield _gauge("diary_database_connections_limit", "Connections that the server takes from anyone.", most)
    yield _gauge("diary_database_bytes", "Size of the database.", size)
    age = (now - archived).total_seconds() if archived else _NEVER
    yield _gauge("diary_last_archived_seconds", "How long ago a piece of the write-ahead log was archived.", age)
    yield CounterMetricFamily("diary_archive_failures", "Pieces that could not be archived at once.", value=failed)
    yield _gauge("diary_archive_failing", "1 while the last attempt to archive failed.", float(failing))


_CONNECTIONS: Final = """
    SELECT state, count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND state IN ('active', 'idle', 'idle in transaction') GROUP BY state
"""
_SERVER: Final = """
    SELECT current_setting('max_connections')::int, pg_database_size(current_database()),
        last_archived_time, failed_count, coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false)
    FROM pg_stat_archiver
"""


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(name, says, value=value)


def _by(name: str, says: str, label: str, known: Iterable[str], counted: Iterable[tuple[str, int]]) -> Metric:
    family = GaugeMetricFamily(name, says, labels=[label])
    counts = dict.fromkeys(known, 0) | dict(counted)
    for value, count in counts.items():
        family.add_metric([value], count)
    return family
