"""What a message says to its recipient: put together when it is sent, as the alerts and the consent are then."""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from uuid import UUID

from alerts.delivery.claim import Claim
from alerts.followed import Followed, ShownResponse, again_with_followed, followed
from alerts.messages.responses import Did, Who
from alerts.messages.telling import About, Telling
from alerts.models import Alert, Delivery
from alerts.rules.tiers import Tier
from diary.models import User
from diary.reaching.languages import language_of
from diary.reaching.local_time import zone_of


def telling_of(claim: Claim, *, now: datetime) -> Telling | None:
    """All that is said in the message of a claim; None if its diary was erased since it was claimed."""
    lead, caregiver = claim.lead, claim.lead.caregiver
    reader_id, zone = lead.recipient_id, zone_of(user_id=lead.recipient_id)
    alerts = again_with_followed([one.alert for one in claim.deliveries], reader_id=reader_id, now=now)
    then = {alert.pk: followed(alert) for alert in alerts}
    if lead.alert_id not in then:
        return None
    sees_the_diary = caregiver is None or caregiver.level != "alerts"
    return Telling(
        delivery=lead.message,
        patient=lead.patient_id,
        kind=lead.step,
        created_at=lead.created_at,
        about=tuple(_about(alert, then[alert.pk], sees_the_diary=sees_the_diary) for alert in alerts),
        whose=None if caregiver is None else then[lead.alert_id].whose,
        language=language_of(user_id=reader_id),
        first_told_on=(lead.alert.opened_at or lead.created_at).astimezone(zone).date(),
        others=_others(then.values(), patient_user_id=reader_id) if caregiver is None else (),
        did=_did(lead, then[lead.alert_id]),
        zone=zone,
        links_epoch=claim.links_epoch,
    )


def _about(alert: Alert, then: Followed, *, sees_the_diary: bool) -> About:
    return About(
        alert=alert.pk,
        rule=alert.rule,
        tier=Tier(alert.tier),
        last_day=alert.last_day,
        days=len(alert.evidence["days"]) if sees_the_diary else None,
        place=then.place(alert),
        patterns=_patterns(alert),
    )


def _patterns(alert: Alert) -> tuple[str, ...]:
    return tuple(alert.evidence["counts"]["patterns"]["found"]) if alert.tier == Tier.CHECK_UP else ()


def _did(delivery: Delivery, then: Followed) -> Did | None:
    """What was done at the very moment that the message came to be owed, and so the reason for it."""
    done = [one for one in then.responses if one.at == delivery.created_at and one.did != "read"]
    return _seen(done[-1], delivery) if done else None


def _seen(response: ShownResponse, delivery: Delivery) -> Did:
    """What someone did, as the recipient sees it: never with the address of who gave no name."""
    who: Who = "caregiver"
    if response.who is None:
        who = "nobody"
    elif response.who.id == delivery.recipient_id:
        who = "reader"
    elif response.who.id == delivery.alert.patient.user_id:
        who = "patient"
    name = None if response.who is None else response.who.name
    return Did(word=response.did, who=who, name=name, at=response.at, note=response.note)


def _others(alerts: Iterable[Followed], *, patient_user_id: UUID) -> tuple[str, ...]:
    """Who is told beside the patient, by name; not those who surely never hear of it."""
    sent = chain.from_iterable(then.deliveries for then in alerts)
    told = [one for one in sent if one.recipient.id != patient_user_id and one.state not in ("failed", "dropped")]
    named = {one.recipient.id: one.recipient.name for one in told}
    nameless = User.objects.in_bulk([id_ for id_, name in named.items() if not name])
    here = {id_: name or nameless[id_].get_full_name() for id_, name in named.items() if name or id_ in nameless}
    return tuple(dict.fromkeys(here.values()))
