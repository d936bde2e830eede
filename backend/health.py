"""How the service is doing, for load balancers and for those who are woken at night.

`/health/live` says that this process answers, and asks no one else. `/health/ready` looks at everything: 503 when
the database is away, a setting is wrong, a sweep is late or the auditor could not put right what it found (then alerts
do not go out, and someone must act), 200 otherwise. A broker that is away is reported but is no 503 by itself: the
sweep does its work, a minute later. Nor is a journal that is away: what it should have waits in the database. Neither
holds anything private.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from threading import Lock
from typing import Any, Final

from django.db import Error, connection
from django.db.models import Exists, OuterRef, Sum
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from alerts.acting.due_steps import due_steps
from alerts.delivery.next_channel import unseen_deliveries
from alerts.models import AuditCheck, Delivery, ScreeningFailure
from backend.broker import answers
from backend.checks import wrong_settings
from backend.checks.restored import journal_away
from backend.models import Heartbeat
from backend.read_only import read_only
from diary.models import Patient

# Three sweeps of a minute each: one may be lost, one may be under way.
LATE_AFTER_SECONDS: Final = 180.0
KEPT_FOR_SECONDS: Final = 1.0
"""Anyone may ask `/health/ready`, and each answer takes nine queries."""


@dataclass(frozen=True, slots=True)
class Health:
    """What `/health/ready` answers. Ages in seconds; null where nothing waits or the clock never went round."""

    status: str
    database: bool
    broker: bool
    journal: bool = True
    failing_diaries: int | None = None
    oldest_unscreened_seconds: float | None = None
    oldest_undelivered_seconds: float | None = None
    last_beat_seconds: float | None = None
    oldest_unescalated_seconds: float | None = None
    oldest_unfollowed_seconds: float | None = None
    last_audit_seconds: float | None = None
    audit_findings: int | None = None
    wrong_settings: Sequence[str] = ()


def heartbeat_recorded(*, now: datetime) -> None:
    """Keep that the clock went round at `now`."""
    Heartbeat.objects.update_or_create(part="beat", defaults={"at": now})


def health_measured(*, now: datetime) -> Health:
    """Ask the database and the broker.

    `status` is `ok`, `degraded` (broker or journal away), `late`, `misconfigured` or `down`.
    """
    broker = answers()
    try:
        ages: dict[str, Any] = {
            name: (now - since).total_seconds() for name, find in _AGES.items() if (since := find(now))
        }
        failing, findings, wrong = ScreeningFailure.objects.count(), _audit_findings(), wrong_settings()
        journal = not ("JOURNAL_DIR" in wrong or journal_away())
    except Error:
        connection.close()
        return Health(status="down", database=False, broker=broker)
    late = "last_beat_seconds" not in ages or max(ages.values()) > LATE_AFTER_SECONDS or bool(findings)
    status = "misconfigured" if wrong else "late" if late else "ok" if broker and journal else "degraded"
    counts: dict[str, Any] = {"failing_diaries": failing, "audit_findings": findings, "wrong_settings": wrong}
    return Health(status, database=True, broker=broker, journal=journal, **counts, **ages)


def _oldest_unscreened(_now: datetime) -> datetime | None:
    """Those whose screening fails are counted apart: one diary must not make the whole service look late."""
    failing = ScreeningFailure.objects.filter(patient=OuterRef("pk"))
    waiting = Patient.objects.filter(unscreened_since__isnull=False).exclude(Exists(failing))
    return waiting.order_by("unscreened_since").values_list("unscreened_since", flat=True).first()


def _oldest_undelivered(now: datetime) -> datetime | None:
    """Since when the longest waiting delivery is due; one that waits for its next attempt is not late."""
    due = Delivery.objects.filter(next_attempt_at__lte=now)
    return due.order_by("next_attempt_at").values_list("next_attempt_at", flat=True).first()


def _oldest_unescalated(now: datetime) -> datetime | None:
    return due_steps(now=now).values_list("due_at", flat=True).first()


def _oldest_unfollowed(now: datetime) -> datetime | None:
    return unseen_deliveries(now=now).values_list("follow_up_at", flat=True).first()


def _last_beat(_now: datetime) -> datetime | None:
    return Heartbeat.objects.filter(part="beat").values_list("at", flat=True).first()


def _last_audit(_now: datetime) -> datetime | None:
    return AuditCheck.objects.order_by("at").values_list("at", flat=True).first()


def _audit_findings() -> int | None:
    """What the last audit left, but for the failing diaries, which are listed apart; None before the first."""
    left: int | None = AuditCheck.objects.exclude(name="failing").aggregate(left=Sum("left"))["left"]
    return left


_AGES: Final[Mapping[str, Callable[[datetime], datetime | None]]] = {
    "oldest_unscreened_seconds": _oldest_unscreened,
    "oldest_undelivered_seconds": _oldest_undelivered,
    "oldest_unescalated_seconds": _oldest_unescalated,
    "oldest_unfollowed_seconds": _oldest_unfollowed,
    "last_beat_seconds": _last_beat,
    "last_audit_seconds": _last_audit,
}


class _Kept:
    """What was measured last, and when by the monotonic clock: asking more often costs nothing more.

    Who asks while it is being measured waits for that.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._measured: tuple[float, Health] | None = None

    def within(self, seconds: float) -> Health:
        """Measured within the last `seconds`."""
        with self._lock:
            if self._measured is None or time.monotonic() - self._measured[0] >= seconds:
                self._measured = time.monotonic(), health_measured(now=timezone.now())
            return self._measured[1]


_ready: Final = _Kept()


@read_only
@never_cache
def live(_request: HttpRequest) -> JsonResponse:
    """This process answers."""
    return JsonResponse({"status": "ok"})


@read_only
@never_cache
def ready(_request: HttpRequest) -> JsonResponse:
    """Everything this process needs answers, and nothing waits too long."""
    health = _ready.within(KEPT_FOR_SECONDS)
    return JsonResponse(asdict(health), status=200 if health.status in {"ok", "degraded"} else 503)
