"""Reauthentication: a token alone is not enough for steps that a thief would take with it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.ratelimit import consume
from django.http import HttpRequest
from django.utils.translation import gettext_noop as _

from diary.models.session import Session
from diary.models.user import User
from diary.problem_types import ProblemType
from diary.problems import Problem

FRESH: Final = timedelta(minutes=5)
RECENT: Final = timedelta(minutes=15)
"""A sign-in so recent counts as well: someone who has just signed up invites without being asked again at once."""
SAME_ACT: Final = timedelta(hours=1)
_SAYS: Final = _(
    "Confirm that it's you, then try again: POST /api/auth/app/v1/auth/reauthenticate with the password, or "
    "use a second factor (auth/2fa/reauthenticate, auth/webauthn/reauthenticate). It counts for 15 minutes."
)


def require_password(request: HttpRequest, *, user: User, password: str) -> None:
    """Raises Problem 403 for a wrong password, 429 after too many of them, as when signing in again."""
    if not consume(request, action="reauthenticate", user=user):
        raise Problem(ProblemType.TOO_MANY_ATTEMPTS, _("Too many attempts. Try again in a minute."), retry_after=60)
    if not user.check_password(password):
        raise Problem(ProblemType.WRONG_PASSWORD, _("The password is wrong."))


@dataclass(frozen=True, slots=True)
class Proof:
    """What the session of a request has to show at `now`; asked only where it is needed."""

    session_digest: str
    now: datetime

    def require(self) -> None:
        """Raises Problem 403 unless the session began, or was asked again, within the last quarter of an hour."""
        since = (self.now - RECENT).timestamp()
        if not any(record["at"] > since for record in _records(self.session_digest)):
            raise proof_required(self._flows())

    def _flows(self) -> list[dict[str, Any]]:
        row = Session.objects.select_related("user").filter(pk=self.session_digest).first()
        return get_reauthentication_flows(row.user) if row is not None and row.user is not None else []


def proof_required(flows: list[dict[str, Any]]) -> Problem:
    """The answer while it is not shown who asks; `flows` are the ways to show it, as the identity API names them."""
    return Problem(ProblemType.PROOF_REQUIRED, _SAYS, members={"flows": flows})


def has_fresh_proof(*, session_digest: str, now: datetime) -> bool:
    """Whether the session was asked again within the last minutes: a second factor, or the password once more.

    A password that was set a moment ago, with a code from the mailbox, is as good.
    """
    return any(record["at"] > _since(now) and _proves(record) for record in _records(session_digest))


def factor_shown_at(*, session_digest: str) -> datetime | None:
    """When the session last showed a second factor or a passkey; None for never."""
    shown = [record["at"] for record in _records(session_digest) if record["method"] == "mfa"]
    return datetime.fromtimestamp(max(shown), tz=UTC) if shown else None


def last_proof(*, user: User, acting: str | None, now: datetime) -> datetime | None:
    """When fresh proof was last given in a session that is still there; None for never.

    Not what was given in the last hour by the session that is `acting`: who throws a thief out often signs in for it,
    and has looked at nothing yet.
    """
    proofs = [
        datetime.fromtimestamp(record["at"], tz=UTC)
        for row in user.sessions.all()
        for record in _recorded(row)
        if _proves(record) and not (row.pk == acting and record["at"] > (now - SAME_ACT).timestamp())
    ]
    return max(proofs, default=None)


def _since(now: datetime) -> float:
    return (now - FRESH).timestamp()


def _records(session_digest: str) -> list[dict[str, Any]]:
    row = Session.objects.filter(pk=session_digest).first()
    return [] if row is None else _recorded(row)


def _recorded(row: Session) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = row.get_decoded().get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    return records


def _proves(record: dict[str, Any]) -> bool:
    return record["method"] in {"mfa", "password_reset"} or bool(record.get("reauthenticated"))
