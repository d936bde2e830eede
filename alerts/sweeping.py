"""Sweeps nudge for what is due a few hundred at a time, so that no worker has more nudges than it can use.

A nudge expires after a minute. When an outage has left thousands of rows due, a sweep that nudged for all of them each
half minute had a slow worker throw expired nudges away and do little else. So the first few hundred go at once, and the
others when a worker has taken these: the task that goes on waits behind them in the same queue.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final
from uuid import UUID

from django.conf import settings

from alerts.nudging import go_on, nudge

SWEPT_AT_ONCE: Final = 5_000
"""As many rows as one sweep looks at."""
NUDGED_AT_ONCE: Final = 250
"""As many nudges as one sweep leaves waiting: seconds of work, and well within the minute on a slow machine."""
NudgeAll = Callable[[Sequence[UUID]], int | None]
"""Nudges for those of the rows that are still due; gives the priority of the last, None if the broker took not all."""


def nudge_in_turn(
    task: str, rows: Iterable[UUID], *, queue: str | None = None, nudge_all: NudgeAll | None = None
) -> None:
    """Nudge for the first of the rows, and have the others follow in this order.

    They follow with the priority of the last: emergencies not behind what is less urgent. Where others of an earlier
    sweep are to follow already, these do not: the next sweep finds them.
    """
    route = settings.CELERY_TASK_ROUTES[task]
    in_order = list(rows)
    first, others = in_order[:NUDGED_AT_ONCE], in_order[NUDGED_AT_ONCE:]
    if nudge_all:
        priority = nudge_all(first)
    else:
        priority = route.get("priority", 0) if all(nudge(task, id_) for id_ in first) else None
    if priority is not None and others:
        go_on(task, others, queue=queue or route["queue"], priority=priority)
