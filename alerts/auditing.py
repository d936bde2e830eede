"""The auditor: checks for unfinished work, repairs what it can, and counts what it found.

Everything else in the service finds its work where it left it; the auditor asks the other way round, whether each alert
has what it should have. When all is well it finds nothing. What it mends it mends under the locks of whoever does that
work otherwise (the patient's row, the alert, its deliveries), so that two audits at once mend once.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from alerts.acting.due_steps import due_steps, take_due_steps
from alerts.delivery.next_channel import follow, unseen_deliveries
from alerts.delivery.outbox import drop_owed
from alerts.delivery.outbox import untimely as untimely_deliveries
from alerts.delivery.turns import due_deliveries
from alerts.delivery.urgency import nudge_delivery
from alerts.escalation.start_and_stop import plan_the_unplanned, unplanned, untaken
from alerts.escalation.start_and_stop import untimely as untimely_steps
from alerts.escalation.untold import tell_the_untold, untold
from alerts.locks import hold_alert, hold_diary_of
from alerts.models import AuditCheck, Delivery, EscalationStep, ScreeningFailure
from alerts.nudging import nudge
from alerts.screening.diary import waiting_diaries

LATE: Final = timedelta(minutes=3)
"""Every sweep comes within a minute and a lease ends within another: what waits longer was missed at least once."""
AT_ONCE: Final = 1_000
"""As many as one audit lists and mends of each kind; whoever is woken by more needs no exact number."""

LOOKED_BACK: Final = timedelta(hours=1)
"""So far before the last audit the next one looks again: a transaction may have taken its time."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must not be: the ids of where it is, and what puts one right.

    `mend` says whether it is right again by now; None where only people can help.
    """

    name: str
    says: str
    found: Callable[[datetime], Iterable[UUID]]
    mend: Callable[[UUID, datetime], bool] | None


@dataclass(frozen=True, slots=True)
class Audited:
    """What came of one check: where something was wrong, and how much of it is right again."""

    check: Check
    found: Sequence[UUID]
    mended: int = 0

    @property
    def left(self) -> int:
        """How many are not right yet: nudged, or for people to look at."""
        return len(self.found) - self.mended


def audit(*, now: datetime, mend: bool) -> list[Audited]:
    """Run every check; with `mend`, put right what can be, and keep what was seen."""
    audited = [_audited(check, now, mend=mend) for check in CHECKS]
    if mend:
        _keep(audited, now)
    return audited


def _audited(check: Check, now: datetime, *, mend: bool) -> Audited:
    found = list(dict.fromkeys(check.found(now)))
    if not mend or check.mend is None:
        return Audited(check, found)
    return Audited(check, found, sum(check.mend(id_, now) for id_ in found))


def _keep(audited: Sequence[Audited], now: datetime) -> None:
    for one in audited:
        seen = {"at": now, "found": len(one.found), "left": one.left}
        new = {"found_ever": 0, "mended_ever": 0, **seen}
        AuditCheck.objects.get_or_create(name=one.check.name, defaults=new)
        AuditCheck.objects.filter(name=one.check.name).update(
            **seen, found_ever=F("found_ever") + len(one.found), mended_ever=F("mended_ever") + one.mended
        )


def _unscreened(now: datetime) -> Iterable[UUID]:
    waiting = waiting_diaries(now=now).filter(unscreened_since__lte=now - LATE)
    failing = ScreeningFailure.objects.filter(patient=OuterRef("pk"))  # a check of their own
    return waiting.exclude(Exists(failing)).values_list("pk", flat=True)[:AT_ONCE]


def _failing(_now: datetime) -> Iterable[UUID]:
    return ScreeningFailure.objects.order_by("failed_at").values_list("pk", flat=True)[:AT_ONCE]


def _untold(_now: datetime) -> Iterable[UUID]:
    """What was told before the last audit was seen by it; so the work does not grow with the alerts that stay open."""
    last = AuditCheck.objects.filter(name="untold").values_list("at", flat=True).first()
    return (one.alert_id for one in untold(most=AT_ONCE, since=last and last - LOOKED_BACK))


def _unplanned(_now: datetime) -> Iterable[UUID]:
    return unplanned().values_list("pk", flat=True)[:AT_ONCE]


def _overdue(now: datetime) -> Iterable[UUID]:
    return due_deliveries(now=now).filter(next_attempt_at__lte=now - LATE).values_list("pk", flat=True)[:AT_ONCE]


def _unescalated(now: datetime) -> Iterable[UUID]:
    return due_steps(now=now - LATE).values_list("patient_id", flat=True)[:AT_ONCE]


def _unfollowed(now: datetime) -> Iterable[UUID]:
    return unseen_deliveries(now=now - LATE).values_list("pk", flat=True)[:AT_ONCE]


def _not_stopped(_now: datetime) -> Iterable[UUID]:
    """Alerts on which someone acted, or which were withdrawn, and of which more was yet to be told."""
    owed = untimely_deliveries(Delivery.objects.filter(state="owed", next_attempt_at__isnull=False))
    planned = untimely_steps(untaken(EscalationStep.objects.all()))
    return owed.values_list("alert_id", flat=True).union(planned.values_list("alert_id", flat=True))[:AT_ONCE]


def _nudge_screening(patient_id: UUID, _now: datetime) -> bool:
    nudge("alerts.tasks.screen_diary", patient_id)
    return False


def _nudge_delivery(delivery_id: UUID, _now: datetime) -> bool:
    delivery = Delivery.objects.select_related("alert").filter(pk=delivery_id).first()
    if delivery is not None:
        nudge_delivery(delivery)
    return False


def _tell(alert_id: UUID, now: datetime) -> bool:
    tell_the_untold(alert_id=alert_id, now=now)
    return True


def _plan(alert_id: UUID, now: datetime) -> bool:
    plan_the_unplanned(alert_id=alert_id, now=now)
    return True


def _take_steps(patient_id: UUID, now: datetime) -> bool:
    take_due_steps(patient_id=patient_id, now=now)
    return True


def _follow(delivery_id: UUID, now: datetime) -> bool:
    follow(delivery_id=delivery_id, now=now)
    return True


@transaction.atomic
def _stop(alert_id: UUID, now: datetime) -> bool:
    hold_diary_of(alert_id)
    alert = hold_alert(alert_id)
    if alert is not None:
        drop_owed(alert=alert)
        untimely_steps(untaken(alert.steps.all())).update(dropped_at=now)
    return True


CHECKS: Final[Sequence[Check]] = (
    Check("unscreened", "diaries that wait to be screened", _unscreened, _nudge_screening),
    Check("failing", "diaries whose screening fails", _failing, None),
    Check("untold", "open alerts that somebody should have been told of", _untold, _tell),
    Check("unplanned", "open alerts after which nothing would follow", _unplanned, _plan),
    Check("overdue", "deliveries that should have been tried by now", _overdue, _nudge_delivery),
    Check("unescalated", "diaries with a step that should have been taken", _unescalated, _take_steps),
    Check("unfollowed", "deliveries that should have been followed by another channel", _unfollowed, _follow),
    Check("not_stopped", "alerts on which somebody acted and of which more is owed", _not_stopped, _stop),
)
