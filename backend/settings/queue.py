"""Celery and its broker: a nudge to work that the database already holds.

Arguments are ids and JSON. Losing the broker and all it holds delays work until the next sweep, and loses nothing.
"""

from datetime import UTC, datetime
from typing import Any

CELERY_TASK_PUBLISH_RETRY = False  # the sweep is the retry

# For so long a delivery is its worker's alone; sending is ended at five sixths of it (`alerts.delivery.send`).
DELIVERY_LEASE_SECONDS = 60

CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_DEFAULT_QUEUE = "screening"
CELERY_TASK_CREATE_MISSING_QUEUES = True
# What comes first where one worker has several tasks: 0 before 3, 6 and 9, and of one priority the queues in turn.
# Deliveries have theirs by tier (`alerts.delivery.urgency`); sweeps and what is soon done have 0. Workers listen to
# these four unless told otherwise, and so do those of the release before.
CELERY_TASK_ROUTES: dict[str, dict[str, Any]] = {
    "alerts.tasks.screen_diary": {"queue": "screening", "priority": 6},
    "alerts.tasks.screen_waiting": {"queue": "screening", "priority": 6},
    "alerts.tasks.go_on_screening": {"queue": "screening", "priority": 6},
    "alerts.tasks.deliver": {"queue": "delivery"},
    "alerts.tasks.sweep_deliveries": {"queue": "delivery"},
    "alerts.tasks.go_on_nudging": {"queue": "delivery"},  # and in that of what it nudges for (`alerts.nudging.go_on`)
    "alerts.tasks.verify_webhook": {"queue": "webhooks"},
    "alerts.tasks.sweep_webhooks": {"queue": "webhooks"},
    "alerts.tasks.follow_unseen": {"queue": "delivery"},
    "alerts.tasks.escalate": {"queue": "delivery", "priority": 3},
    "alerts.tasks.sweep_escalations": {"queue": "delivery"},
    # What is no alert has a worker of its own: ten thousand reminders at eight hold up no emergency.
    "alerts.tasks.send_courtesies": {"queue": "courtesies"},
    "alerts.tasks.sweep_courtesies": {"queue": "courtesies"},
    # Seconds of work each: two of them would have had both processes that screen and send alerts.
    "diary.tasks.work_import": {"queue": "courtesies", "priority": 9},
    "alerts.tasks.send_notice": {"queue": "delivery", "priority": 9},
    "alerts.tasks.sweep_notices": {"queue": "delivery"},
    "diary.tasks.mail_invitation": {"queue": "delivery", "priority": 9},
    "diary.tasks.sweep_invitations": {"queue": "delivery"},
}

CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 10_000
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 200_000  # KiB
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10  # seconds a deploy gives running tasks; containers are stopped later than that
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_DB_REUSE_MAX = 1_000_000  # connections outlive the task; `backend.celery.Task` checks them before each

CELERY_ENABLE_UTC = True
CELERY_TIMEZONE = "UTC"
# The schedule lives in memory: every job is an interval of minutes or less and safe to run twice, so there is
# nothing to remember, and no file to be corrupted. Each is due at the start of beat.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
_AT_ONCE = {"last_run_at": datetime(2000, 1, 1, tzinfo=UTC)}
CELERY_BEAT_SCHEDULE = {
    "sweep diaries": {"task": "alerts.tasks.sweep_diaries", "schedule": 60.0, **_AT_ONCE},
    "sweep deliveries": {"task": "alerts.tasks.sweep_deliveries", "schedule": 30.0, **_AT_ONCE},
    "sweep webhooks": {"task": "alerts.tasks.sweep_webhooks", "schedule": 10.0, **_AT_ONCE},
    "sweep escalations": {"task": "alerts.tasks.sweep_escalations", "schedule": 30.0, **_AT_ONCE},
    "sweep courtesies": {"task": "alerts.tasks.sweep_courtesies", "schedule": 10.0, **_AT_ONCE},
    "follow unseen": {"task": "alerts.tasks.follow_unseen", "schedule": 60.0, **_AT_ONCE},
    "sweep invitations": {"task": "diary.tasks.sweep_invitations", "schedule": 60.0, **_AT_ONCE},
    "forget strangers": {"task": "diary.tasks.forget_strangers", "schedule": 60.0, **_AT_ONCE},
    "forget shares": {"task": "papers.tasks.forget_shares", "schedule": 60.0, **_AT_ONCE},
    "sweep imports": {"task": "diary.tasks.sweep_imports", "schedule": 30.0, **_AT_ONCE},
    "sweep notices": {"task": "alerts.tasks.sweep_notices", "schedule": 60.0, **_AT_ONCE},
    "keep no longer": {"task": "diary.tasks.keep_no_longer", "schedule": 60.0, **_AT_ONCE},
    "sweep sessions": {"task": "diary.tasks.sweep_sessions", "schedule": 60.0, **_AT_ONCE},
    "sweep factor removals": {"task": "diary.tasks.sweep_factor_removals", "schedule": 60.0, **_AT_ONCE},
    "audit": {"task": "alerts.tasks.audit", "schedule": 60.0, **_AT_ONCE},
    "relay journal": {"task": "backend.tasks.relay_journal", "schedule": 10.0, **_AT_ONCE},
    "heartbeat": {"task": "backend.tasks.record_heartbeat", "schedule": 10.0, **_AT_ONCE},
}
# A sweep that no one picked up is not worth keeping: the next one finds the same work.
for _entry in CELERY_BEAT_SCHEDULE.values():
    _entry["options"] = {"expires": _entry["schedule"]}
