"""Whether someone's endpoints work: noted wherever a message is taken or turned away, by whoever sends it.

An endpoint works, fails since some time, or is dead (`diary.models.failing_endpoint`). Its owner is told through others
as soon as it fails.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from diary.locks import hold_account
from diary.models.failing_endpoint import EndpointState, FailingEndpoint, FailureReason
from diary.reaching.notices import announce

UNTIL_IT_ARRIVES: Final[tuple[FailureReason, ...]] = ("bounced", "complained")
"""What a provider says of a mail that it had taken: that it takes the next one too proves nothing."""


class Failures:
    """What is known to fail of some people's endpoints."""

    def __init__(self, rows: Iterable[FailingEndpoint]) -> None:
        self._rows = {(row.user_id, row.channel, row.endpoint, row.address_digest): row for row in rows}

    def of(self, user_id: UUID, channel: str, endpoint: str, address: str) -> FailingEndpoint | None:
        """How this address fails; None while it works."""
        return self._rows.get((user_id, channel, endpoint, address_digest(address)))

    def gone(self) -> Iterator[FailingEndpoint]:
        """Those that their provider said are no more, and that were retired for it."""
        return (row for row in self._rows.values() if row.reason == "gone")

    def state(self, user_id: UUID, channel: str, endpoint: str, address: str) -> EndpointState:
        """The state of this address."""
        row = self.of(user_id, channel, endpoint, address)
        return "works" if row is None else row.state


def failures(*, user_ids: Collection[UUID]) -> Failures:
    """What fails of the endpoints of these accounts."""
    return Failures(FailingEndpoint.objects.filter(user_id__in=user_ids))


@transaction.atomic
def note_failing(
    *, user_id: UUID, channel: str, endpoint: str, address: str, reason: FailureReason, dead: bool, now: datetime
) -> None:
    """The endpoint fails, or is dead. When that is news its owner is told through others.

    A mailbox that is theirs no more, and only hears of what became of the account, is not meant.
    """
    if hold_account(user_id) is None or (channel == "email" and not _is_theirs(user_id, address)):
        return
    row = _rows(user_id, channel, endpoint, address).first()
    if row is None:
        FailingEndpoint.objects.create(
            user_id=user_id,
            channel=channel,
            endpoint=endpoint,
            address_digest=address_digest(address),
            reason=reason,
            failing_since=now,
            dead_at=now if dead else None,
        )
        place = address if channel == "email" else endpoint
        announce(user_id=user_id, kind="endpoint_failing", facts={"way": channel}, but=(channel, place), now=now)
    elif dead and row.dead_at is None:
        row.reason, row.dead_at = reason, max(now, row.failing_since)
        row.save(update_fields=["reason", "dead_at"])


def note_taken(*, user_id: UUID, channel: str, endpoint: str, address: str) -> None:
    """A message was taken there: it works again, unless only an arrival could show that."""
    _rows(user_id, channel, endpoint, address).exclude(reason__in=UNTIL_IT_ARRIVES).delete()


def note_working(*, user_id: UUID, channel: str, endpoint: str, address: str, at: datetime) -> None:
    """A message arrived there at that time, or its owner has proved it then; what failed later stays noted."""
    _rows(user_id, channel, endpoint, address).filter(failing_since__lte=at).delete()


def forget(*, user_id: UUID, endpoint: str) -> None:
    """The device or webhook was deleted."""
    FailingEndpoint.objects.filter(user_id=user_id, endpoint=endpoint).delete()


def _rows(user_id: UUID, channel: str, endpoint: str, address: str) -> QuerySet[FailingEndpoint]:
    return FailingEndpoint.objects.filter(
        user_id=user_id, channel=channel, endpoint=endpoint, address_digest=address_digest(address)
    )


def _is_theirs(user_id: UUID, address: str) -> bool:
    theirs: bool = EmailAddress.objects.filter(user_id=user_id, email=address, verified=True).exists()
    return theirs


def address_digest(address: str) -> str:
    """The keyed hash by which it is known which address failed."""
    return salted_hmac("diary.reaching.endpoints", address, algorithm="sha256").hexdigest()
