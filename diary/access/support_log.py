"""The log of support: each look and each act, with who, why and whose; the person reads of it in their own access log.

Both lines are written in the transaction of the act, a look's before anything is shown. The service can add lines and
read them (`diary/migrations/0047_support.py`).
"""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from diary.access.log import SUPPORT, Line, note, note_look
from diary.models import Patient
from diary.models.support import REASON, SupportAct, SupportWay

_INSERT: Final = """
    INSERT INTO diary_supportline (at, staff, way, act, account, subject, reason)
    VALUES (%(at)s, %(staff)s, %(way)s, %(act)s, %(account)s, %(subject)s, %(reason)s) RETURNING id
"""


class BadReason(Exception):
    """What was given is no reason: fewer than 8 characters, or more than 250."""


@dataclass(frozen=True, slots=True)
class Acting:
    """Who of support acts, from where, and why; the reason is read by the person whose account it is."""

    staff: str
    way: SupportWay
    reason: str

    def __post_init__(self) -> None:
        if not _is_reason(self.reason):
            raise BadReason


def reason_in(text: str) -> str:
    """The reason that someone typed, on one line. Raises BadReason."""
    reason = " ".join(text.split())
    if not _is_reason(reason):
        raise BadReason
    return reason


def _is_reason(text: str) -> bool:
    return "\0" not in text and re.fullmatch(REASON, text) is not None


def log_search(acting: Acting, *, account: UUID | None, at: datetime) -> int:
    """Someone was looked for by their address, which is not kept; gives the number of the line."""
    if account is not None:
        _note(Line("read", "account-states", reason=acting.reason), account, at)
    return _logged(acting, "searched", account, None, at)


def log_look(acting: Acting, *, account: UUID, at: datetime) -> None:
    """The states of an account are about to be shown."""
    _note(Line("read", "account-states", reason=acting.reason), account, at)
    _logged(acting, "looked", account, None, at)


def log_act(
    acting: Acting, act: SupportAct, line: Line, *, account: UUID, at: datetime, subject: UUID | None = None
) -> None:
    """Something is done about an account; `line` is what its owner reads of it."""
    _note(Line(line.action, line.resource, line.resource_id, reason=acting.reason), account, at)
    _logged(acting, act, account, subject, at)


def _note(line: Line, account: UUID, at: datetime) -> None:
    patient_id = Patient.objects.filter(user_id=account).values_list("pk", flat=True).first()
    if patient_id is not None:
        (note_look if line.action == "read" else note)(line, patient_id=patient_id, actor_id=SUPPORT, at=at)


def _logged(acting: Acting, act: SupportAct, account: UUID | None, subject: UUID | None, at: datetime) -> int:
    parameters = {**asdict(acting), "at": at, "act": act, "account": account, "subject": subject}
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, parameters)
        (number,) = cursor.fetchone()
    return int(number)
