"""What a message says to its recipient: put together when it is sent, as the alerts and the consent are then."""

from collections.abc import Iterable
from uuid import UUID

from alerts.delivery.claim import Claim
from alerts.messages.responses import Did, Who
from alerts.messages.telling import About, Telling
from alerts.models import Alert, Delivery, Response
from alerts.responses import note_of
from alerts.rules.tiers import Tier
from alerts.whereabouts import Whereabouts, whereabouts
from diary.reaching.languages import language_of
from diary.reaching.local_time import zone_of


def telling_of(claim: Claim) -> Telling:
    """All that is said in the message of a claim."""
    lead, zone = claim.lead, zone_of(user_id=claim.lead.recipient_id)
    patient, caregiver = lead.alert.patient, lead.caregiver
    alerts = [delivery.alert for delivery in claim.deliveries]
    where = whereabouts(patient, days={alert.last_day for alert in alerts})
    sees_the_diary = caregiver is None or caregiver.level != "alerts"
    return Telling(
        delivery=lead.message,
        patient=patient.pk,
        kind=lead.step,
        created_at=lead.created_at,
        about=tuple(_about(alert, where, sees_the_diary=sees_the_diary) for alert in alerts),
        whose=None if caregiver is None else patient.user.get_full_name(),
        language=language_of(user_id=lead.recipient_id),
        first_told_on=(lead.alert.opened_at or lead.created_at).astimezone(zone).date(),
        others=_others(claim.deliveries) if caregiver is None else (),
        did=_did(lead),
        zone=zone,
        links_epoch=claim.links_epoch,
    )


def seen_by(response: Response, *, reader_id: UUID, patient_user_id: UUID) -> Did:
    """What someone did, as one reader sees it."""
    who: Who = "caregiver"
    if response.user_id is None:
        who = "nobody"
    elif response.user_id == reader_id:
        who = "reader"
    elif response.user_id == patient_user_id:
        who = "patient"
    name = response.user.name if response.user else None  # never the address of who gave no name
    return Did(word=response.word, who=who, name=name or None, at=response.at, note=note_of(response))


def _about(alert: Alert, where: Whereabouts, *, sees_the_diary: bool) -> About:
    return About(
        alert=alert.pk,
        rule=alert.rule,
        tier=Tier(alert.tier),
        last_day=alert.last_day,
        days=len(alert.evidence["days"]) if sees_the_diary else None,
        place=where.place(day=alert.last_day),
        patterns=_patterns(alert),
    )


def _patterns(alert: Alert) -> tuple[str, ...]:
    return tuple(alert.evidence["counts"]["patterns"]["found"]) if alert.tier == Tier.CHECK_UP else ()


def _did(delivery: Delivery) -> Did | None:
    """What was done at the very moment that the message came to be owed, and so the reason for it."""
    done = Response.objects.filter(alert=delivery.alert_id, at=delivery.created_at).exclude(word="read")
    last = done.select_related("user").order_by("-pk").first()
    if last is None:
        return None
    return seen_by(last, reader_id=delivery.recipient_id, patient_user_id=delivery.alert.patient.user_id)


def _others(deliveries: Iterable[Delivery]) -> tuple[str, ...]:
    """Who is told beside the patient, by name; not those who surely never hear of it."""
    alerts = [delivery.alert_id for delivery in deliveries]
    told = Delivery.objects.filter(alert__in=alerts, caregiver__isnull=False).select_related("recipient")
    told = told.exclude(state__in=["failed", "dropped"]).order_by("created_at", "pk")
    return tuple(dict.fromkeys(one.recipient.get_full_name() for one in told))
