"""The settings, the channels that are set up, and whether the keys open what is stored."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from django.conf import settings

from backend.checks import CHECKS, channels, restored, stored
from backend.checks.fault import Fault
from backend.doctor.finding import Finding, broken, ok, warning
from backend.settings.environment import DEPLOYMENT, PRODUCTION

_HOW: Final = "correct the setting (README.md lists them), and start everything again"


def settings_found() -> Iterator[Finding]:
    """What would stop the start in production."""
    if not PRODUCTION:
        yield warning("settings", f"DEPLOYMENT is {DEPLOYMENT}", "for people, run it with DEPLOYMENT=production")
        return
    faults = [fault for check in CHECKS if check not in _CHANNELS.values() for fault in check()]
    for fault in faults:
        yield broken("settings", str(fault), _HOW)
    if not faults:
        yield ok("settings", "none is wrong")


def channels_found() -> Iterator[Finding]:
    """Whether the credentials of each channel have the shape that they must have; no provider is asked."""
    for name, check in _CHANNELS.items():
        faults = check() if _is_set_up(name) else []
        for fault in faults:
            yield broken(name, str(fault), _HOW)
        if not faults:
            yield ok(name, "set up; its provider was not asked" if _is_set_up(name) else "off")


def keys_found() -> Iterator[Finding]:
    """The proofs of all keys that ever came into use, and one of each kind of what is stored."""
    if settings.NOTE_KEYS_LOST:
        yield warning(
            "keys", "NOTE_KEYS_LOST is on: what a lost key sealed is given up", "take it out once that is done"
        )
        return
    faults = stored.note_keys()
    for fault in faults:
        yield broken("keys", str(fault), "put the missing key behind the current one in NOTE_KEYS (docs/operating.md)")
    if not faults:
        yield ok("keys", "open what is stored, as far as a sample tells")


def journal_found() -> Finding:
    """Whether the journal outside the database can be read, and fits it."""
    if held := restored.journal():
        return broken("journal", str(held[0]), "mount it, or see docs/restoring.md")
    if away := restored.journal_away():
        return broken("journal", str(away[0]), "mount it before the database server is started again")
    if settings.JOURNAL_DIR is None:
        how = "set JOURNAL_DIR (docs/restoring.md)"
        return warning("journal", "none: a database that is restored brings erased accounts back", how)
    return ok("journal", "is the one of this database")


def _is_set_up(name: str) -> bool:
    on = {"web push": settings.VAPID_PRIVATE_KEY, "push": settings.FCM_CREDENTIALS, "SMS": settings.SMS_PROVIDER}
    return bool(on[name])


_CHANNELS: Final[Mapping[str, Callable[[], list[Fault]]]] = {
    "web push": channels.web_push,
    "push": channels.push,
    "SMS": channels.sms,
}
