"""What a mail provider reports of a mail that it had taken: it arrived, came back, or was called spam.

A mail that came back has failed after all, and the next channel follows at once. Each report may come twice.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import structlog
from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import DateTimeField, QuerySet, Value
from django.db.models.functions import Coalesce

from alerts.delivery.next_channel import follow
from alerts.delivery.routes import EMAIL
from alerts.locks import hold_deliveries
from alerts.models import Delivery
from alerts.models.delivery import named_by
from diary.format.normal_form import normal_email
from diary.models.failing_endpoint import FailureReason
from diary.reaching.endpoints import note_failing, note_working

_log = structlog.get_logger(__name__)


class NotRecorded(Exception):
    """The report overtook our own record of the mail: it is to come again."""


@dataclass(frozen=True, slots=True)
class MailEvent:
    """One report. `final`: the mailbox will not take any other mail either.

    `message_id` is the provider's name for the mail, `reference` ours, where the provider says it.
    """

    kind: Literal["arrived", "came_back", "called_spam"]
    address: str
    at: datetime
    final: bool = False
    message_id: str = ""
    reference: UUID | None = None


def note_mail_event(event: MailEvent, *, now: datetime) -> None:
    """Note it for the mailbox and for the message. Raises NotRecorded."""
    users = EmailAddress.objects.filter(email=normal_email(event.address), verified=True)
    user_id = users.values_list("user_id", flat=True).first()
    if user_id is None:
        return  # an invitation, or an account that is gone
    address = normal_email(event.address)
    if event.kind == "arrived":
        note_working(user_id=user_id, channel=EMAIL, endpoint="", address=address, at=event.at)
        arrived = {"delivered_at": Coalesce("delivered_at", Value(event.at, output_field=DateTimeField()))}
        _deliveries(event, user_id).filter(state="sent").update(**arrived)
        return
    reason: FailureReason = "complained" if event.kind == "called_spam" else "bounced"
    dead = event.final or reason == "complained"
    note_failing(user_id=user_id, channel=EMAIL, endpoint="", address=address, reason=reason, dead=dead, now=now)
    if event.kind == "came_back":
        _take_back(event, user_id, now)


def _take_back(event: MailEvent, user_id: UUID, now: datetime) -> None:
    with transaction.atomic():
        message = hold_deliveries(_deliveries(event, user_id).filter(opened_at=None))
        if any(one.state == "sending" for one in message):
            raise NotRecorded
        came_back = [one.pk for one in message if one.state == "sent" or (one.state == "owed" and one.attempts)]
        Delivery.objects.filter(pk__in=came_back).update(
            state="failed",
            sent_at=None,
            next_attempt_at=None,
            unconfirmed=False,
            delivered_at=None,
            follow_up_at=now,  # should this process die before it follows, the sweep does
            last_error="the mail came back",
        )
    if came_back:
        _log.info("mail came back", delivery=str(came_back[0]), final=event.final)
        follow(delivery_id=came_back[0], now=now)


def _deliveries(event: MailEvent, user_id: UUID) -> QuerySet[Delivery]:
    """Those in the mail that the event is about; none for mails that are no alert."""
    theirs = Delivery.objects.filter(channel=EMAIL, recipient_id=user_id)
    if event.reference is not None:
        return theirs.filter(pk__in=named_by(event.reference).values("pk"))
    return theirs.filter(provider_id=event.message_id) if event.message_id else theirs.none()
