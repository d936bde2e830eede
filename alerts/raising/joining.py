"""One open alert for a patient and rule: what another one of the rule is about is added to it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from alerts.models import Alert
from alerts.raising.states import close_joined

Stored = Mapping[str, Sequence[str]]


def join(alert: Alert, opened: Alert, *, at: datetime) -> None:
    """Findings, signs and what was on record are the open alert's from now on; the other is closed.

    The open one shows its evidence with the next screening, and is left to be saved.
    """
    alert.findings.update(alert=opened)
    opened.signs = _together(alert.signs, opened.signs)
    if opened.on_record is not None:
        opened.on_record = _together(alert.on_record or {}, opened.on_record)
    alert.signs = alert.on_record = {}
    close_joined(alert, at=at)
    alert.save()


def _together(one: Stored, other: Stored) -> dict[str, list[str]]:
    return {sign: sorted({*one.get(sign, ()), *other.get(sign, ())}) for sign in (*one, *other)}
