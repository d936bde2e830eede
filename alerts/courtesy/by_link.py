"""A courtesy named by the link in it, which stands for the person that it was sent to."""

from datetime import datetime

from django.db.models import DateTimeField, Value
from django.db.models.functions import Coalesce

from alerts.messages.links import BadLink, Signed
from alerts.models import Courtesy


def courtesy_behind(token: str) -> Courtesy:
    """What the link was sent in. Raises BadLink when it is too old, or its recipient has ended the links so far."""
    signed = Signed("courtesy", token)
    courtesy = Courtesy.objects.filter(pk=signed.delivery_id).select_related("user").first()
    if courtesy is None or not courtesy.user.is_active:
        raise BadLink(expired=False)
    signed.require_signed_for(courtesy.user.links_epoch)
    return courtesy


def note_arrived(courtesy: Courtesy, *, now: datetime) -> None:
    """Its device has shown it; what was noted first stays."""
    at = Value(now, output_field=DateTimeField())
    Courtesy.objects.filter(pk=courtesy.pk).update(delivered_at=Coalesce("delivered_at", at))


def note_opened(courtesy: Courtesy, *, now: datetime) -> None:
    """Its recipient has looked at it, and so it arrived; what was noted first stays."""
    at = Value(now, output_field=DateTimeField())
    Courtesy.objects.filter(pk=courtesy.pk).update(
        delivered_at=Coalesce("delivered_at", at), opened_at=Coalesce("opened_at", at)
    )
