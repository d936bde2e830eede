"""An endpoint through which someone is not reached: a mailbox, phone, browser, number or server that fails."""

from typing import Literal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from diary.models.choices import choices, words

EndpointState = Literal["works", "failing", "dead"]
FailureReason = Literal["not_taken", "refused", "gone", "bounced", "complained"]


class FailingEndpoint(models.Model):
    """An endpoint of someone (`alerts.channels.channel.Endpoint`) that has failed; one that works has no row.

    It fails since `failing_since`, and is dead from `dead_at` on: nothing arrives there until its owner does something.
    `address_digest`, a keyed hash, says which address it is: another one under the same id is not meant.

    `reason`: no attempt of a message was taken (`not_taken`), a message was turned away for good (`refused`), the
    provider says that the endpoint is no more (`gone`), a mail that had been taken came back (`bounced`), its reader
    called it spam (`complained`).

    The database removes these rows with their account, so that older code, which does not know them, can erase one too.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="failing_endpoints", db_constraint=False, db_index=False
    )
    channel = models.TextField()
    endpoint = models.TextField(blank=True)
    address_digest = models.TextField()
    reason = models.TextField(choices=choices(FailureReason))
    failing_since = models.DateTimeField()
    dead_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="failing_endpoint_once", fields=["user", "channel", "endpoint", "address_digest"]
            ),
            models.CheckConstraint(name="failing_endpoint_reason", condition=Q(reason__in=words(FailureReason))),
            models.CheckConstraint(
                name="failing_endpoint_fails_before_it_is_dead",
                condition=Q(dead_at__isnull=True) | Q(dead_at__gte=F("failing_since")),
            ),
            models.CheckConstraint(
                name="failing_endpoint_dead_for_a_reason",
                condition=~Q(reason__in=["gone", "complained"]) | Q(dead_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.endpoint}"

    @property
    def state(self) -> EndpointState:
        """Whether it is dead already."""
        return "failing" if self.dead_at is None else "dead"
