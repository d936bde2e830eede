"""The circuit breaker of a receiver: after some calls in a row without an answer it is left alone for a while.

Only silence counts. Whoever answers, whatever the status, holds no one up. The state is in the database, so every
worker knows it.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from alerts.models import ReceiverCircuit

OPENS_AFTER: Final = 5
"""Calls in a row without an answer."""
FIRST_REST: Final = timedelta(seconds=30)
LONGEST_REST: Final = timedelta(minutes=5)
"""The rest doubles up to this: on a host that many share, one of them who never answers costs the others no more."""
SLOW_SECONDS: Final = 5.0
"""An answer that takes longer counts, and proves nothing."""


def circuit_of(receiver: str) -> ReceiverCircuit | None:
    """Its circuit as it stands; None while it answers."""
    return ReceiverCircuit.objects.filter(pk=receiver).first()


def note_answer(receiver: str, *, seconds: float, now: datetime) -> bool:
    """It answered after `seconds`; the circuit closes. Gives whether that was in time."""
    if seconds <= SLOW_SECONDS:
        ReceiverCircuit.objects.filter(pk=receiver).delete()
        return True
    slow = {"failures": 1, "failed_at": now, "open_until": None}
    ReceiverCircuit.objects.update_or_create(pk=receiver, defaults=slow)
    return False


@transaction.atomic
def note_silence(receiver: str, *, now: datetime) -> None:
    """A call was not answered. Those that were in progress when the circuit opened make the rest no longer."""
    circuits = ReceiverCircuit.objects.select_for_update(no_key=True)
    circuit, created = circuits.get_or_create(pk=receiver, defaults={"failed_at": now})
    if created or is_open(circuit, now=now):
        return
    circuit.failures, circuit.failed_at = circuit.failures + 1, now
    if circuit.failures >= OPENS_AFTER:
        doubled: timedelta = FIRST_REST * 2 ** min(circuit.failures - OPENS_AFTER, 10)
        circuit.open_until = now + min(doubled, LONGEST_REST)
    circuit.save()


def is_open(circuit: ReceiverCircuit | None, *, now: datetime) -> bool:
    """Whether the receiver is not to be called now."""
    return circuit is not None and circuit.open_until is not None and now < circuit.open_until


def is_half_open(circuit: ReceiverCircuit | None, *, now: datetime) -> bool:
    """Whether one call at a time is let through to see if it answers again."""
    return circuit is not None and circuit.failures >= OPENS_AFTER and not is_open(circuit, now=now)


def forget_old_circuits(*, now: datetime) -> None:
    """Forget the receivers that nothing was sent to for a week."""
    ReceiverCircuit.objects.filter(failed_at__lt=now - timedelta(days=7)).delete()
