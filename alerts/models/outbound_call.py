"""Calls to addresses that people gave: those in progress, and the receivers that do not answer."""

from django.db import models
from django.db.models import Q


class OutboundCall(models.Model):
    """A call in progress, under the id of the delivery or webhook that it is for; it counts until `until` at most.

    `account` is whose browser or webhook is called, without a foreign key: the row lives for seconds, and an erasure
    must not wait for it. `receiver` is the host and port. `unproved`: nothing there has answered in time so far.
    """

    id = models.UUIDField(primary_key=True)
    account = models.UUIDField()
    receiver = models.TextField()
    unproved = models.BooleanField()
    until = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)


class ReceiverCircuit(models.Model):
    """The circuit breaker of a receiver whose last call was not answered in time; one that answers has no row.

    `failures` counts such calls in a row. While `open_until` is ahead the receiver is not called; after it one call at
    a time is let through (half-open), until one is answered.
    """

    receiver = models.TextField(primary_key=True)
    failures = models.PositiveIntegerField(default=1)
    failed_at = models.DateTimeField()
    open_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="receiver_circuit_failures", condition=Q(failures__gte=1))]

    def __str__(self) -> str:
        return self.receiver
