"""How the service is doing, for load balancers and for those who are woken at night.

`/health/live` says that this process answers, and asks nobody else. `/health/ready` looks at everything: 503 when
the database is away or a sweep is late (then alerts do not go out, and somebody must act), 200 otherwise. A broker
that is away is told but is no 503 by itself: the sweep does its work, a minute later. Neither holds anything private.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Final

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alerts.models import Delivery, ScreeningFailure
from backend.models import Heartbeat
from diary.models import Patient

# Three sweeps of a minute each: one may be lost, one may be under way.
LATE_AFTER_SECONDS: Final = 180.0


@dataclass(frozen=True, slots=True)
class Health:
    """What `/health/ready` answers. Ages in seconds; null where nothing waits or the clock never went round."""

    status: str
    database: bool
    broker: bool
    failing_diaries: int | None = None
    oldest_unscreened_seconds: float | None = None
    oldest_undelivered_seconds: float | None = None
    last_beat_seconds: float | None = None


def heartbeat_recorded(*, now: datetime) -> None:
    """Keep that the clock went round at `now`."""
    Heartbeat.objects.update_or_create(part="beat", defaults={"at": now})


def health_measured(*, now: datetime) -> Health:
    """Ask the database and the broker; `status` is `ok`, `degraded` (broker away), `late` or `down`."""
    broker = _broker_answers()
    try:
        unscreened, undelivered, beat = _oldest_unscreened(), _oldest_undelivered(now), _last_beat()
        failing = ScreeningFailure.objects.count()
    except Error:
        connection.close()
        return Health(status="down", database=False, broker=broker)
    ages = [(now - since).total_seconds() if since else None for since in (unscreened, undelivered, beat)]
    late = beat is None or any(age is not None and age > LATE_AFTER_SECONDS for age in ages)
    status = "late" if late else "ok" if broker else "degraded"
    return Health(status, True, broker, failing, *ages)  # noqa: FBT003


def _oldest_unscreened() -> datetime | None:
    """Those whose screening fails are counted apart: one diary must not make the whole service look late."""
    failing = ScreeningFailure.objects.filter(patient=OuterRef("pk"))
    waiting = Patient.objects.filter(unscreened_since__isnull=False).exclude(Exists(failing))
    return waiting.order_by("unscreened_since").values_list("unscreened_since", flat=True).first()


def _oldest_undelivered(now: datetime) -> datetime | None:
    """Since when the longest waiting delivery is due; one that waits for its next attempt is not late."""
    due = Delivery.objects.filter(next_attempt_at__lte=now)
    return due.order_by("next_attempt_at").values_list("next_attempt_at", flat=True).first()


def _last_beat() -> datetime | None:
    return Heartbeat.objects.filter(part="beat").values_list("at", flat=True).first()


@cache
def _broker() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.3, socket_timeout=0.3, retry=None)


def _broker_answers() -> bool:
    try:
        return bool(_broker().ping())
    except redis.RedisError:
        return False


@require_safe
@never_cache
def live(_request: HttpRequest) -> JsonResponse:
    """This process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(_request: HttpRequest) -> JsonResponse:
    """Everything this process needs answers, and nothing waits too long."""
    health = health_measured(now=timezone.now())
    return JsonResponse(asdict(health), status=503 if health.status in {"down", "late"} else 200)
