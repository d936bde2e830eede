"""The care circle: invite, accept, change, revoke, leave; every step is written into the history of consent.

An invitation is for one address and good for a week, once. Whether the address has an account shows nowhere.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Literal
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop as _

from diary.access.invitations import code_digest, nudge
from diary.access.levels import REACH, Access
from diary.access.log import Line, note
from diary.access.refusals import is_refused
from diary.cursors import Listing, short_listing
from diary.format.normal_form import normal_email, shown_email
from diary.format.sentences import Sentence
from diary.locks import hold_account, hold_diary, hold_places
from diary.models import Caregiver, ConsentRecord
from diary.models.caregiver import Level
from diary.problem_types import ProblemType
from diary.problems import STALE_VERSION, Problem, not_found
from diary.proof import Proof
from diary.reaching.notices import announce
from diary.reaching.reachable import reachable
from diary.screening_port import screening
from diary.versions import Expected

VALID_FOR: Final = timedelta(days=7)
DAY: Final = timedelta(days=1)
_SHOWN: Final = ("id", "email", "level", "state", "invited_at", "expires_at", "accepted_at", "version")
MOST: Final = 30
"""Places in one circle: enough for every family, too few to send mail to the world."""


def circle(*, patient_id: UUID) -> QuerySet[Caregiver]:
    """Everyone who has a place or an invitation, in the order of the invitations."""
    return Caregiver.objects.filter(patient_id=patient_id).exclude(state="ended").order_by("invited_at", "id")


def caring_of(*, user_id: UUID) -> QuerySet[Caregiver]:
    """The places that a user has taken in the circles of others, the longest standing first."""
    taken = Caregiver.objects.filter(user_id=user_id, state="accepted")
    return taken.select_related("patient__user").order_by("accepted_at", "id")


def places(*, patient_id: UUID) -> Listing[Caregiver]:
    """The circle, page by page."""
    return short_listing(
        f"{patient_id}:circle", circle(patient_id=patient_id), key=lambda one: [one.invited_at.isoformat(), str(one.pk)]
    )


def presented(place: Caregiver) -> dict[str, Any]:
    """A place as the owner of the diary reads it."""
    return presented_all([place])[0]


def presented_all(places: Collection[Caregiver]) -> list[dict[str, Any]]:
    """Places as the owner of the diary reads them, with who can be reached; null for who has not accepted."""
    taken = {place.user_id for place in places if place.state == "accepted" and place.user_id}
    found = reachable(user_ids=taken) if taken else set()
    return [
        {name: getattr(place, name) for name in _SHOWN}
        | {"email": shown_email(place.email), "reachable": place.user_id in found if place.user_id in taken else None}
        for place in places
    ]


@transaction.atomic
def invite(*, owner: Access, email: str, level: Level, now: datetime) -> tuple[Caregiver, bool]:
    """Offer a place to an address; gives the place, and whether it is a new one.

    Inviting again replaces the invitation: the mail goes out again and the earlier secret is dead. Raises Problem 409
    for the owner's own address, for someone who has accepted already or wants no invitations, and for a circle that is
    full; 429 after too many mails in a day; 404 for a diary that is gone.
    """
    email = normal_email(email)
    if hold_diary(owner.patient_id) is None:  # invitations one after another
        raise not_found()
    _require_few_today(owner.actor_id, now)
    living = hold_places(circle(patient_id=owner.patient_id))
    place = next((one for one in living if one.email == email), None)
    if EmailAddress.objects.filter(user_id=owner.actor_id, email=email).exists():
        raise Problem(ProblemType.OWN_ADDRESS, _("This is your own email address."))
    if place is not None and place.state == "accepted":
        raise already_in_circle()
    if is_refused(patient_id=owner.patient_id, email=email):
        raise Problem(ProblemType.INVITATION_REFUSED, _("This person doesn't want to be invited to your diary."))
    if place is None and len(living) >= MOST:
        raise Problem(ProblemType.CIRCLE_FULL, Sentence(_("A care circle has at most {most} people."), most=MOST))
    created = place is None
    place = place or Caregiver(patient_id=owner.patient_id, email=email)
    place.version += 0 if created else 1
    place.level, place.token_digest = level, None
    place.invited_at, place.expires_at = now, now + VALID_FOR
    place.mail_due_at, place.mail_attempts = now, 0
    place.save()
    _note(place, "invited", owner.actor_id, now)
    announce(user_id=owner.actor_id, kind="invited", facts={"email": email}, now=now)
    transaction.on_commit(partial(nudge, place.id))
    return place, created


def invited(*, code: str, now: datetime) -> Caregiver | None:
    """The place that the code offers, with the diary and its owner; None when it offers none (any more).

    Looking accepts nothing: programs that check mail open every link in it.
    """
    offered = Caregiver.objects.filter(token_digest=code_digest(code), state="invited", expires_at__gt=now)
    place = offered.select_related("patient__user").first()
    return place if place is not None and place.patient.user.is_active else None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The place that was taken, and the emergency and urgent alerts that are open, as the API shows them."""

    place: Caregiver
    alerts: list[Any]


@transaction.atomic
def accept(*, user_id: UUID, code: str, now: datetime) -> Accepted:
    """Take the place that the code was mailed for, and hear of what is urgent and open.

    The invited address must be one that the user has proved to be theirs. Whoever took the place may say so again: the
    answer is the same, and nothing is sent twice. Raises Problem 404, whatever is wrong with the code, or 409.
    """
    digest = code_digest(code)
    named = Caregiver.objects.filter(Q(token_digest=digest) | Q(used_digest=digest))
    if hold_account(user_id) is None or hold_diary(named.values_list("patient_id", flat=True).first()) is None:
        raise no_invitation()
    taken = Caregiver.objects.filter(used_digest=digest, state="accepted", user_id=user_id)
    if (theirs := taken.select_related("patient__user").first()) is not None:
        return _accepted(theirs, user_id, now, again=True)
    invited = Caregiver.objects.filter(token_digest=digest, state="invited", expires_at__gt=now)
    place = next(iter(hold_places(invited.select_related("patient__user"))), None)
    if place is None or not _is_theirs(place, user_id):
        raise no_invitation()
    place.state, place.user_id, place.accepted_at = "accepted", user_id, now
    place.token_digest = place.mail_due_at = None
    place.used_digest = digest
    place.version += 1
    try:
        with transaction.atomic():
            place.save()
    except IntegrityError as error:  # invited under two addresses of theirs
        raise Problem(ProblemType.ALREADY_IN_CIRCLE, _("You are already in this care circle.")) from error
    _note(place, "accepted", user_id, now)
    return _accepted(place, user_id, now, again=False)


def _accepted(place: Caregiver, user_id: UUID, now: datetime, *, again: bool) -> Accepted:
    port = screening()
    alerts = port.welcome(patient_id=place.patient_id, caregiver_id=place.id, user_id=user_id, again=again, now=now)
    return Accepted(place, alerts)


@transaction.atomic
def change_level(
    *, owner: Access, caregiver_id: UUID, level: Level, expected: Expected, proof: Proof, now: datetime
) -> tuple[Caregiver, bool]:
    """Let someone reach further, or less far, from now on; gives the place, and whether it changed.

    Raises Problem 404, 412 for a stale version, or 403 where someone would reach further and the proof is missing.
    """
    hold_diary(owner.patient_id)
    place = next(iter(hold_places(circle(patient_id=owner.patient_id).filter(id=caregiver_id))), None)
    if place is None:
        raise not_found()
    changed = place.level != level
    if changed:
        if expected not in (None, "*", place.version):
            raise Problem(ProblemType.VERSION_MISMATCH, STALE_VERSION, members={"current": presented(place)})
        if REACH[level] > REACH[place.level]:  # type: ignore[index] # the constraint knows
            proof.require()
            announce(user_id=owner.actor_id, kind="level_raised", facts={"email": place.email}, now=now)
        place.level = level
        place.version += 1
        place.save(update_fields=["level", "version"])
        _note(place, "level_changed", owner.actor_id, now)
    return place, changed


def confirm_place(*, patient_id: UUID, caregiver_id: UUID, now: datetime) -> None:
    """The owner says that the place is meant."""
    circle(patient_id=patient_id).filter(id=caregiver_id).update(confirmed_at=now)


@transaction.atomic
def end(*, access: Access, caregiver_id: UUID, now: datetime) -> None:
    """The owner revokes a place or an invitation, or someone leaves: it is over at once. Again changes nothing.

    Raises Problem 404 for a place that is not in this circle, or that is neither the caller's nor theirs to end.
    """
    hold_diary(access.patient_id)
    places = hold_places(Caregiver.objects.filter(patient_id=access.patient_id, id=caregiver_id))
    place = next(iter(places), None)
    if place is None or (access.level != "own" and place.user_id != access.actor_id):
        raise not_found()
    if place.state == "ended":
        return
    place.state, place.ended_at = "ended", now
    place.token_digest = place.used_digest = place.mail_due_at = None
    place.version += 1
    place.save()
    _note(place, "revoked" if access.level == "own" else "left", access.actor_id, now)


def _require_few_today(actor_id: UUID, now: datetime) -> None:
    """Raises Problem 429 when the account has had as many invitations mailed within a day as it may."""
    asked = ConsentRecord.objects.filter(actor_id=actor_id, action="invited", at__gt=now - DAY)
    earliest = list(asked.order_by("-at").values_list("at", flat=True)[: settings.INVITATIONS_A_DAY])
    if settings.RATE_LIMITS and len(earliest) == settings.INVITATIONS_A_DAY:
        wait = (earliest[-1] + DAY - now).total_seconds()
        raise Problem(
            ProblemType.TOO_MANY_INVITATIONS,
            _("You have sent too many invitations today. Try again later."),
            retry_after=wait,
        )


def already_in_circle() -> Problem:
    """The answer to inviting an address that has accepted already."""
    return Problem(ProblemType.ALREADY_IN_CIRCLE, _("This person is already in the care circle."))


def no_invitation() -> Problem:
    """The same answer for every invalid code, whatever is wrong with it."""
    return Problem(
        ProblemType.INVITATION_NOT_FOUND,
        _("This invitation has expired, was withdrawn or already used, or was sent to another address."),
    )


def _is_theirs(place: Caregiver, user_id: UUID) -> bool:
    return place.patient.user.is_active and may_take(place, user_id=user_id)


def may_take(place: Caregiver, *, user_id: UUID) -> bool:
    """Whether the place was offered to an address that the user has proved; one's own diary has none for oneself."""
    if place.patient.user_id == user_id:
        return False
    proved: bool = EmailAddress.objects.filter(user_id=user_id, email=place.email, verified=True).exists()
    return proved


def _note(
    place: Caregiver,
    action: Literal["invited", "accepted", "level_changed", "revoked", "left"],
    actor_id: UUID,
    now: datetime,
) -> None:
    """Into the history of consent, and into the access log that the owner reads."""
    ConsentRecord.objects.create(
        patient_id=place.patient_id, caregiver=place, actor_id=actor_id, action=action, level=place.level, at=now
    )
    note(Line(action, "caregiver", place.id), patient_id=place.patient_id, actor_id=actor_id, at=now)
