"""Logs: events with fields, ids only, never what someone wrote about their health.

Everything, Django's and Celery's own lines included, goes to standard error: as JSON lines in production, readable
elsewhere.
"""

import environ
import structlog
from structlog.typing import Processor

from backend.logs import kind_and_place, of_request, without_links
from backend.settings.environment import PRODUCTION, env

_shared: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    of_request,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
_rendered: list[Processor] = (
    [structlog.processors.EventRenamer("message"), structlog.processors.JSONRenderer()]
    if PRODUCTION
    else [structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)]
)

_level = env.str("LOG_LEVEL", default="") or "INFO"
if _level not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
    raise environ.ImproperlyConfigured(f"LOG_LEVEL must be DEBUG, INFO, WARNING, ERROR or CRITICAL, not {_level!r}")

structlog.configure(
    processors=[*_shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "events": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "foreign_pre_chain": _shared,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.ExceptionRenderer(kind_and_place),
                without_links,
                *_rendered,
            ],
        }
    },
    "filters": {
        "without_values": {"()": "backend.logs.WithoutValues"},
        "not_health": {"()": "backend.logs.NotHealth"},
    },
    "handlers": {
        "standard_error": {
            "class": "logging.StreamHandler",
            "formatter": "events",
            "filters": ["without_values"],
        }
    },
    "root": {"handlers": ["standard_error"], "level": _level},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "mail.log": {"level": "WARNING"},  # aiosmtpd would tell who writes to whom
        "httpcore": {"level": "WARNING"},  # as the next, and with every header
        "httpx": {"level": "WARNING"},  # it would tell every address that is called, and some are secrets
        "django.request": {"filters": ["not_health"]},
        "django.server": {"handlers": [], "propagate": True},
    },
}
