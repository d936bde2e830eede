"""One delivery: one message about one alert, for one person through one channel to one endpoint."""

from typing import Any, Literal
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q, QuerySet

from alerts.models.alert import Alert
from diary.models.choices import choices, words

Step = Literal[
    "raised", "again", "tier_raised", "escalated", "reminder",
    "acknowledged", "taken_back", "question", "outcome", "withdrawn",
]  # fmt: skip
DeliveryState = Literal["owed", "sending", "sent", "failed", "dropped"]
Held = Literal["receiver", "account", "unproved", "circuit"]
DropReason = Literal[
    "superseded", "read", "unsubscribed", "no_consent", "never_told",
    "alert_open", "alert_acknowledged", "alert_closed", "alert_withdrawn", "paused",
]  # fmt: skip

UNSETTLED: list[DeliveryState] = ["owed", "sending"]


class Delivery(models.Model):
    """Owed from the transaction that raised the alert; its id never changes and names every copy that is sent.

    `next_attempt_at` is when the next attempt may begin; for one that is being sent that is the end of its lease.
    `attempts` counts claims and so tells one lease from the next. `unconfirmed` remembers an attempt that ended
    without an answer: the receiver may have it. `caregiver` is null for the patient's own. `endpoint` tells the phones,
    browsers and servers of one person apart (`alerts.channels.channel.Endpoint`).

    Deliveries of several alerts that one write raised go out as one message: they share its id, `message`, under which
    every copy is sent. Most are alone in theirs.

    Sent, delivered and opened are different facts: the provider took it, the device showed it, the person looked.
    `follow_up_at` is when an unseen one is followed by another channel, and a failed one at once; null once that is
    settled.

    `drop_reason` says why nothing is sent any more, exactly while the state is `dropped`: a newer message took its
    place, its recipient has read the alert, stopped these mails or lost consent, the diary is paused, it follows a
    message that never arrived, or is not worth sending in the state that its alert is in. `last_error` is for people to
    read: what the last attempt met, what it is held for, or that reason in words. Code never compares it.

    `held` says what a due one waits for, since `held_since`: too many calls in progress to the `receiver` it goes to,
    for its recipient or to what is not proved yet, or that receiver's open circuit (`alerts.outbound.slots`).

    The links in a copy are made when it is claimed, at `linked_at`, and good while the recipient's `links_epoch` stays
    what it was then and no one ended them (`alerts.delivery.valid_links`). All three are null before the first attempt.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    patient = models.ForeignKey("diary.Patient", on_delete=models.CASCADE, related_name="+", db_index=False)
    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="deliveries")
    message = models.UUIDField(default=uuid4, db_default=RandomUUID(), editable=False)
    turn = models.PositiveSmallIntegerField()
    step = models.TextField(choices=choices(Step))
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    caregiver = models.ForeignKey("diary.Caregiver", null=True, on_delete=models.CASCADE, related_name="+")
    channel = models.TextField()
    endpoint = models.TextField(default="", db_default="")
    state = models.TextField(choices=choices(DeliveryState), default="owed")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    unconfirmed = models.BooleanField(default=False)
    last_error = models.TextField(default="")
    drop_reason = models.TextField(null=True, choices=choices(DropReason))  # noqa: DJ001
    receiver = models.TextField(default="", db_default="")
    held = models.TextField(default="", db_default="", blank=True, choices=choices(Held))
    held_since = models.DateTimeField(null=True)
    provider_id = models.TextField(default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    follow_up_at = models.DateTimeField(null=True)
    links_epoch = models.PositiveIntegerField(null=True)
    linked_at = models.DateTimeField(null=True)
    links_ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="delivery_once", fields=["patient", "alert", "recipient", "channel", "endpoint", "turn"]
            ),
            models.CheckConstraint(name="delivery_step", condition=Q(step__in=words(Step))),
            models.CheckConstraint(
                name="delivery_state",
                condition=Q(state="owed", next_attempt_at__isnull=False, sent_at__isnull=True)
                | Q(state="sending", next_attempt_at__isnull=False, sent_at__isnull=True, attempts__gte=1)
                | Q(state="sent", next_attempt_at__isnull=True, sent_at__isnull=False, attempts__gte=1)
                | Q(state__in=["failed", "dropped"], next_attempt_at__isnull=True, sent_at__isnull=True),
            ),
            models.CheckConstraint(
                name="delivery_drop_reason",
                condition=Q(state="dropped", drop_reason__in=words(DropReason))
                | Q(~Q(state="dropped"), drop_reason__isnull=True),
            ),
            models.CheckConstraint(name="delivery_held", condition=Q(held="") | Q(held__in=words(Held))),
            models.CheckConstraint(name="delivery_turn", condition=Q(turn__gte=1)),
            models.CheckConstraint(
                name="delivery_follow_up_while_unseen",
                condition=Q(follow_up_at__isnull=True) | Q(state="sent", opened_at__isnull=True) | Q(state="failed"),
            ),
            models.CheckConstraint(
                name="delivery_opened_was_delivered",
                condition=Q(opened_at__isnull=True) | Q(delivered_at__isnull=False),
            ),
        ]
        indexes = [
            # What is left to do, in the order it falls due; empty when all is delivered.
            models.Index(name="delivery_due", fields=["next_attempt_at"], condition=Q(next_attempt_at__isnull=False)),
            models.Index(name="delivery_unseen", fields=["follow_up_at"], condition=Q(follow_up_at__isnull=False)),
            models.Index(name="delivery_failed", fields=["channel"], condition=Q(state="failed")),
            models.Index(name="delivery_by_held", fields=["next_attempt_at"], condition=~Q(held="")),
            models.Index(name="delivery_by_message", fields=["message"]),
            # What a mail provider reports of a mail names it so.
            models.Index(name="delivery_by_provider_id", fields=["provider_id"], condition=~Q(provider_id="")),
        ]

    def __str__(self) -> str:
        return str(self.id)


def dropped_for(reason: DropReason) -> dict[str, Any]:
    """The columns of a delivery that is dropped for `reason`."""
    words_of_it = reason.replace("_", " ")  # the previous release compares them
    return {"state": "dropped", "next_attempt_at": None, "drop_reason": reason, "last_error": words_of_it}


def named_by(id_: UUID) -> QuerySet[Delivery]:
    """The delivery of this id, or those of the message: links and apps know a message by its id or by one of these."""
    return Delivery.objects.filter(Q(pk=id_) | Q(message=id_)).order_by("pk")
