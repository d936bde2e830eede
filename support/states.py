"""The states of an account, its sign-in, devices, care circle, deliveries, reachability and unfinished work.

Nothing of what a diary says is read here: no entry, treatment or event, no rule, tier, title or advice of an alert. Of
a diary that the account helps with, only how far that goes.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from alerts.delivery.endpoint_states import endpoint_states
from alerts.models import Delivery, ScreeningFailure
from diary.access.circle import caring_of
from diary.format.normal_form import shown_email
from diary.identity.factors.lost_factors import waiting
from diary.identity.health_consent import standing
from diary.models import Caregiver, Device, ErasureRequest, Import, Notice, Patient, Session, SupportLine, User
from diary.reaching.suspending import is_suspended
from support.tables import Offer, Row, Table, moment, words, yes

_DELIVERIES: Final = 50
_LINES: Final = 20


def states_of(user: User, *, now: datetime) -> list[Table]:
    """Everything that support may see of an account."""
    patient = Patient.objects.filter(user=user).only("pk", "user_id", "unscreened_since", "paused_until").first()
    about_account = [_account(user), _factors(user), _sessions(user, now), _devices(user), _reachability(user)]
    about_diary = [_circle(patient, now), _deliveries(patient), _tasks(patient, now)] if patient else []
    return [*about_account, *about_diary, _caring(user), _lines(user)]


def _account(user: User) -> Table:
    consent = standing(user_id=user.pk)
    addresses = [
        ("address", f"{shown_email(one.email)}, {'confirmed' if one.verified else 'not confirmed'}")
        for one in EmailAddress.objects.filter(user=user).order_by("-primary", "pk")
    ]
    facts = [
        ("id", str(user.pk)),
        ("name", user.name or "–"),
        *addresses,
        ("can sign in", yes(user.is_active)),
        ("since", moment(user.date_joined)),
        ("everyone was signed out, not looked through since", moment(user.recovered_at)),
        ("consent to health data", f"version {consent.version}, {moment(consent.at)}" if consent else "none"),
    ]
    return Table("Account", ("what", "state"), [Row(fact) for fact in facts])


def _factors(user: User) -> Table:
    rows = [
        Row((words(one.type), f"since {moment(one.created_at)}, last used {moment(one.last_used_at)}"))
        for one in Authenticator.objects.filter(user=user).order_by("created_at", "pk")
    ]
    for removal in waiting().filter(user=user):
        stop = Offer("keep-second-factor", "", "Keep the second factor")
        rows.append(Row(("to be removed", f"on {moment(removal.due_at)}, unless the owner objects"), [stop]))
    return Table("Second factor", ("kind", "state"), rows)


def _sessions(user: User, now: datetime) -> Table:
    found = Session.objects.filter(user=user, expire_date__gt=now).order_by("-created_at")
    return Table(
        "Signed in", ("since", "until"), [Row((moment(one.created_at), moment(one.expire_date))) for one in found]
    )


def _devices(user: User) -> Table:
    rows = [
        Row(
            (
                f"{one.platform} {str(one.id)[:8]}",
                yes(one.push_token),
                moment(one.added_at),
                yes(is_suspended(one, user)),
                moment(one.push_taken_at),
            )
        )
        for one in Device.objects.filter(user=user, deleted=False).order_by("updated_at")
    ]
    return Table("Devices", ("device", "can be pushed to", "added", "suspended", "taken over by another account"), rows)


def _reachability(user: User) -> Table:
    rows = []
    for one in endpoint_states(user_id=user.pk):
        place = f"{one.channel}:{one.id}" if one.id else one.channel
        offers = [] if one.reason == "gone" else _marks(place, one.state)
        state = one.state if one.since is None else f"{one.state} since {moment(one.since)}, {words(one.reason)}"
        rows.append(Row((words(one.channel), one.id[:8] or "–", state), offers))
    return Table("Where messages go", ("way", "which", "state"), rows)


def _marks(place: str, state: str) -> Sequence[Offer]:
    dead, works = Offer("mark-dead", place, "It reaches no one"), Offer("mark-works", place, "It works again")
    return [dead] if state == "works" else [works] if state == "dead" else [works, dead]


def _caring(user: User) -> Table:
    rows = [Row((place.level, moment(place.accepted_at))) for place in caring_of(user_id=user.pk)]
    return Table("Helps with the diaries of others", ("how far", "since"), rows)


def _lines(user: User) -> Table:
    rows = [
        Row((moment(line.at), line.staff, words(line.act), line.reason or "–"))
        for line in SupportLine.objects.filter(account=user.pk).order_by("-id")[:_LINES]
    ]
    return Table("What support did", ("when", "who", "what", "why"), rows)


def _circle(patient: Patient, now: datetime) -> Table:
    rows = []
    for place in Caregiver.objects.filter(patient=patient).order_by("invited_at", "pk"):
        offers = [Offer("resend-invitation", str(place.pk), "Send again")] if place.state == "invited" else []
        rows.append(Row((shown_email(place.email) or "–", place.level, _standing(place, now)), offers))
    return Table("Care circle", ("who", "how far", "state"), rows)


def _standing(place: Caregiver, now: datetime) -> str:
    if place.state == "accepted":
        return f"accepted {moment(place.accepted_at)}"
    if place.state == "ended":
        return f"ended {moment(place.ended_at)}"
    until = "expired" if place.expires_at <= now else "good until"
    mail = f"mail due {moment(place.mail_due_at)}" if place.mail_due_at else f"mailed, attempts: {place.mail_attempts}"
    return f"invited {moment(place.invited_at)}, {until} {moment(place.expires_at)}, {mail}"


def _deliveries(patient: Patient) -> Table:
    found = Delivery.objects.filter(patient=patient).select_related("caregiver").order_by("-created_at", "pk")
    rows = [
        Row(
            (
                moment(one.created_at),
                shown_email(one.caregiver.email) if one.caregiver else "the owner",
                words(one.channel),
                " · ".join(_outcome(one)),
            )
        )
        for one in found[:_DELIVERIES]
    ]
    return Table("Messages about alerts", ("owed since", "to", "way", "outcome"), rows)


def _outcome(one: Delivery) -> Iterator[str]:
    yield one.state if one.drop_reason is None else f"dropped: {words(one.drop_reason)}"
    for name, at in (("sent", one.sent_at), ("arrived", one.delivered_at), ("opened", one.opened_at)):
        if at:
            yield f"{name} {moment(at)}"
    if one.next_attempt_at:
        yield f"next attempt {moment(one.next_attempt_at)}"
    if one.attempts:
        yield f"attempts: {one.attempts}"
    if one.last_error and one.drop_reason is None:
        yield one.last_error


def _tasks(patient: Patient, now: datetime) -> Table:
    failing = ScreeningFailure.objects.filter(patient=patient).first()
    unfinished = Import.objects.filter(patient=patient, due_at__isnull=False).count()
    asked = ErasureRequest.objects.filter(user_id=patient.user_id, expires_at__gt=now).first()
    facts = [
        ("waits to be screened since", moment(patient.unscreened_since)),
        ("screening fails since", f"{moment(failing.failed_at)}, again {moment(failing.retry_at)}" if failing else "–"),
        ("imports under way", str(unfinished)),
        ("notices to be sent", str(Notice.objects.filter(user_id=patient.user_id).count())),
        ("paused until", f"{patient.paused_until or '–'}"),
        ("asked to erase the account, code good until", moment(asked.expires_at) if asked else "–"),
    ]
    return Table("Unfinished work", ("what", "state"), [Row(fact) for fact in facts])
