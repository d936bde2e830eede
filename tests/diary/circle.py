"""The way into a care circle: invited, mailed, accepted."""

from django.core import mail
from django.utils import timezone

from diary.access.invitations import mail_invitation, owed
from tests.cast import Person

CIRCLE = "patients/me/caregivers"


def invite(owner: Person, guest: Person, level: str = "read") -> str:
    """Invite and have the mail sent; gives the code from it."""
    assert owner.post(CIRCLE, {"email": guest.email, "level": level}).status in (200, 201)
    return code_from_mail()


def code_from_mail() -> str:
    for caregiver_id in owed(now=timezone.now()):
        mail_invitation(caregiver_id=caregiver_id, now=timezone.now())
    lines = [line.strip() for line in mail.outbox[-1].body.splitlines()]
    return next(line for line in lines if line.count("-") == 7)


def accept(guest: Person, code: str) -> int:
    return guest.post("invitations/accept", {"token": code}).status
