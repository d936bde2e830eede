"""A friendly reminder, for people who asked for one, when nothing was logged for a while.

Off unless someone wants it, at most once a week, and after three in a row there is silence until they log again. It is
marked before it is sent: one that is lost harms no one, one too many might.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from alerts.channels import CHANNELS, ChannelError, Endpoint
from alerts.delivery.routes import EMAIL
from alerts.delivery.unsubscribed import unsubscribed_from_mail
from alerts.messages.logging_nudge import logging_nudge
from alerts.models import LoggingNudge
from alerts.models.logging_nudge import MOST
from alerts.rules.tiers import Tier
from diary.locks import hold_account
from diary.models import Entry, Patient, Preferences
from diary.reaching.languages import language_of
from diary.reaching.preferences import channels_by_user
from diary.reaching.quiet_times import quiet_times

QUIET_FOR: Final = timedelta(days=4)
APART: Final = timedelta(days=7)

_log = structlog.get_logger(__name__)


def to_nudge(*, now: datetime) -> QuerySet[Preferences]:
    """Who wants it, has logged before and not for `QUIET_FOR`, and was not nudged too lately or too often."""
    newest = Entry.objects.filter(patient__user=OuterRef("user"), deleted=False).order_by("-revision")
    wanted = Preferences.objects.filter(logging_nudge=True, user__is_active=True)
    quiet = wanted.annotate(logged_at=Subquery(newest.values("received_at")[:1])).filter(logged_at__lte=now - QUIET_FOR)
    never = Q(user__logging_nudge__isnull=True)
    again = Q(user__logging_nudge__in_a_row__lt=MOST) | Q(user__logging_nudge__nudged_at__lt=F("logged_at"))
    return quiet.filter(never | Q(again, user__logging_nudge__nudged_at__lte=now - APART))


def nudge_to_log(*, user_id: UUID, now: datetime) -> None:
    """Send it to one person, unless they sleep, nothing reaches them, or someone else just did."""
    way = _marked(user_id, now)
    if way is None:
        return
    channel, endpoint = way
    message = logging_nudge(user_id=user_id, at=now, language=language_of(user_id=user_id))
    try:
        CHANNELS[channel].send(message, endpoint)
    except ChannelError as error:
        _log.warning("nudge to log lost", user=str(user_id), channel=channel, error=error.detail)
        if error.gone:
            CHANNELS[channel].retire(user_id=user_id, endpoint=endpoint)


@transaction.atomic
def _marked(user_id: UUID, now: datetime) -> tuple[str, Endpoint] | None:
    """Where to send it, once it is marked as sent."""
    hold_account(user_id)
    quiet = quiet_times(user_ids=[user_id]).get(user_id)
    if (quiet and quiet.holds(now)) or not to_nudge(now=now).filter(pk=user_id).exists():
        return None
    way = _first_way(user_id)
    if way is not None:
        marked = {"nudged_at": now, "in_a_row": _in_a_row(user_id) + 1}
        LoggingNudge.objects.update_or_create(user_id=user_id, defaults=marked)
    return way


def _in_a_row(user_id: UUID) -> int:
    """How often the person was nudged since they last logged."""
    before = LoggingNudge.objects.filter(pk=user_id).first()
    if before is None:
        return 0
    logged = Entry.objects.filter(patient__user=user_id, deleted=False, received_at__gt=before.nudged_at)
    return 0 if logged.exists() else before.in_a_row


def _first_way(user_id: UUID) -> tuple[str, Endpoint] | None:
    """The first channel to a person that they chose for what can wait, and the first place that it reaches."""
    tier = Tier.SEE_DOCTOR
    patient_id = Patient.objects.values_list("pk", flat=True).get(user_id=user_id)
    unwanted = {EMAIL} if unsubscribed_from_mail(patient_id=patient_id, tier=tier, user_ids=[user_id]) else set()
    for name in channels_by_user(user_ids=[user_id], tier=tier)[user_id]:
        if CHANNELS[name].personal and name not in unwanted:
            for endpoint in CHANNELS[name].endpoints(user_id):
                return name, endpoint
    return None
