"""Whether work is done in time: what `/health/ready` measures, each with what to do about it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from alerts.models import Delivery
from backend.doctor.finding import Finding, broken, ok, warning
from backend.health import LATE_AFTER_SECONDS, health_measured
from diary.models import Patient

_WAITS: Final[Mapping[str, tuple[str, str]]] = {
    "oldest_unscreened_seconds": ("screening", "start a worker for the queue screening, or more of them"),
    "oldest_undelivered_seconds": ("deliveries", "start a worker for the queues delivery and webhooks"),
    "oldest_unescalated_seconds": ("escalation", "start beat, and a worker for the queue delivery"),
    "oldest_unfollowed_seconds": ("next channels", "start beat, and a worker for the queue delivery"),
}
_ROUNDS: Final[Mapping[str, tuple[str, str]]] = {
    "last_beat_seconds": ("beat", "start beat; it needs the broker and a worker for the queue screening"),
    "last_audit_seconds": ("auditor", "start beat, and a worker for the queue screening"),
}


def work_found(*, now: datetime) -> Iterator[Finding]:
    """Ages by the database, and how many are concerned."""
    health = health_measured(now=now)
    if not health.database:
        yield broken("work", "could not be measured", "see the lines about the database")
        return
    counts = _counts(now)
    for name, (part, how) in _WAITS.items():
        yield _waiting(part, getattr(health, name), counts.get(part, ""), how)
    for name, (part, how) in _ROUNDS.items():
        yield _round(part, getattr(health, name), how)
    if health.audit_findings:
        yield broken("auditor", f"left unrepaired: {health.audit_findings}", "run manage.py alerts audit")
    if health.failing_diaries:
        how = "the log names the kind and the place of the error; correct it and deploy"
        yield warning("screening", f"fails for {health.failing_diaries} diaries, which are tried again", how)


def _counts(now: datetime) -> Mapping[str, str]:
    due = Delivery.objects.filter(next_attempt_at__lte=now)
    late = due.filter(next_attempt_at__lte=now - timedelta(seconds=LATE_AFTER_SECONDS)).count()
    unscreened = Patient.objects.filter(unscreened_since__isnull=False).count()
    return {"deliveries": f"due: {due.count()}, late: {late}", "screening": f"diaries waiting: {unscreened}"}


def _waiting(part: str, age: float | None, count: str, how: str) -> Finding:
    says = "; ".join(filter(None, ("nothing waits" if age is None else f"the oldest has waited {age:.0f} s", count)))
    return broken(part, says, how) if age is not None and age > LATE_AFTER_SECONDS else ok(part, says)


def _round(part: str, age: float | None, how: str) -> Finding:
    if age is None:
        return broken(part, "has never gone round", how)
    says = f"last went round {age:.0f} s ago"
    return broken(part, says, how) if age > LATE_AFTER_SECONDS else ok(part, says)
