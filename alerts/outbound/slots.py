"""How many calls may be in progress at once: to one receiver, for one account, and to what is not proved yet.

The workers that call other people's servers have so many threads. A server that never answers keeps a thread for as
long as a call may take, so no one gets more than a few of them: not a server, not an account with many of them, and not
all that have never answered in time together. Who finds no slot is held, and called when one is free
(`alerts.delivery.next_in_line`).
"""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q

from alerts.models import OutboundCall
from alerts.models.delivery import Held
from alerts.outbound.circuit import circuit_of, is_half_open, is_open

HELD_FOR: Final = timedelta(minutes=1)
"""What is held is due again after this at the latest."""


class Hold(NamedTuple):
    """Why a call cannot be made now, and when to try again at the latest."""

    why: Held
    until: datetime


def take_slot(call: OutboundCall, *, now: datetime) -> Hold | None:
    """Count `call` as in progress until its `until`; else the reason to wait. The caller is in a transaction.

    A receiver that did not answer in time makes any call to it an unproved one, and a known push service none: no one
    can make it wait.
    """
    circuit = circuit_of(call.receiver)
    if circuit is not None and circuit.open_until is not None and is_open(circuit, now=now):
        return Hold("circuit", circuit.open_until)
    call.unproved = circuit is not None or (call.unproved and not is_push_service(call.receiver))
    _take_turns(call)
    full = _full(call, half_open=is_half_open(circuit, now=now), now=now)
    if full is not None:
        return Hold(full, now + HELD_FOR)
    call.save()
    return None


def release_slot(call: OutboundCall) -> None:
    """The call is over. A slot that someone else took over after `until` stays theirs."""
    OutboundCall.objects.filter(pk=call.pk, until=call.until).delete()


def receiver_at_once(receiver: str) -> int:
    """The calls that a receiver gets at once: the big push services stand for many people, and get more."""
    limits: dict[str, int] = settings.OUTBOUND_AT_ONCE
    return limits["push service" if is_push_service(receiver) else "receiver"]


def is_push_service(receiver: str) -> bool:
    """Whether it is one of those that browsers are known to use."""
    host = receiver.rpartition(":")[0]
    return any(host == service or host.endswith(f".{service}") for service in settings.PUSH_SERVICES)


def forget_ended_calls(*, now: datetime) -> None:
    """Forget the calls of workers that died."""
    OutboundCall.objects.filter(until__lt=now - HELD_FOR).delete()


def _take_turns(call: OutboundCall) -> None:
    """Whoever counts the same calls takes turns until the end of the transaction; in one order, so no one deadlocks."""
    names = [f"account {call.account}", f"receiver {call.receiver}", *(["unproved"] if call.unproved else [])]
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 3))", [f"outbound {name}"])


def _full(call: OutboundCall, *, half_open: bool, now: datetime) -> Held | None:
    """What has as many calls in progress as it may."""
    limits: dict[str, int] = settings.OUTBOUND_AT_ONCE
    account, unproved = Q(account=call.account), Q(unproved=True)
    others = OutboundCall.objects.filter(until__gt=now).exclude(pk=call.pk)
    counts = others.aggregate(
        of_account=Count("pk", filter=account),
        of_account_unproved=Count("pk", filter=account & unproved),
        to_receiver=Count("pk", filter=Q(receiver=call.receiver)),
        to_unproved=Count("pk", filter=unproved),
    )
    if counts["of_account"] >= limits["account"]:
        return "account"
    if call.unproved and counts["of_account_unproved"] >= limits["account unproved"]:
        return "account"
    if counts["to_receiver"] >= (1 if half_open else receiver_at_once(call.receiver)):
        return "receiver"
    return "unproved" if call.unproved and counts["to_unproved"] >= limits["unproved"] else None
