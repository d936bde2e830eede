"""Whether an installation is set up so that people can rely on it: asked by `check --deploy`, and at the start.

A setting that cannot be right stops API and workers in production, with its name, instead of being found by the first
patient. What stops even the reading of settings is in `backend/settings/`.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from backend.checks import channels, mail, names, restored, secrets, servers, stored
from backend.checks.fault import Fault
from backend.settings.environment import PRODUCTION

CHECKS: Final[Sequence[Callable[[], list[Fault]]]] = [
    names.hosts,
    names.public_url,
    names.browser_apps,
    names.proxies,
    names.networks,
    secrets.secret_keys,
    secrets.note_keys,
    secrets.metrics_token,
    servers.database,
    servers.broker,
    servers.patience,
    mail.server,
    mail.provider,
    mail.reports,
    mail.sender,
    channels.web_push,
    channels.push,
    channels.sms,
]


def faults() -> list[Fault]:
    """Everything that is wrong with the settings. Asks no server."""
    return [fault for check in CHECKS for fault in check()]


def require_sound_settings() -> None:
    """Raises ImproperlyConfigured in production, with a line for each setting that is wrong.

    Outside of it only for keys that cannot open what is stored, and for a database that was restored: everything else
    may be as it is on one's own machine.
    """
    if wrong := (faults() if PRODUCTION else []) + stored.note_keys() + restored.journal():
        raise ImproperlyConfigured("\n".join(map(str, wrong)))
    stored.prove_keys(now=timezone.now())


def wrong_settings() -> list[str]:
    """The settings of this process that are wrong, while it runs: the database may have been away at its start."""
    wrong = (
        (_faults_of_this_process() if PRODUCTION else ())
        + tuple(stored.note_keys(samples=False))
        + tuple(restored.journal())
    )
    return sorted({fault.setting for fault in wrong})


@cache
def _faults_of_this_process() -> tuple[Fault, ...]:
    return tuple(faults())


@register(Tags.security, deploy=True)
def installation(**_: Any) -> Sequence[CheckMessage]:
    """The same for `check --deploy`."""
    return [
        Error(str(fault), id=f"backend.{fault.setting}")
        for fault in (*faults(), *stored.note_keys(), *restored.journal(), *restored.journal_away())
    ]
