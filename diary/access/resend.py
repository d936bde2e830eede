"""An invitation that did not arrive is mailed once more, by support: to the same address, for the same level.

It is a step of consent that the diary's owner took before; nothing reaches anyone that they did not invite.
"""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from diary.access.circle import VALID_FOR
from diary.access.invitations import nudge
from diary.access.refusals import is_refused
from diary.locks import hold_diary, hold_places
from diary.models import Caregiver, ConsentRecord
from diary.reaching.notices import announce


@transaction.atomic
def resend_invitation(*, patient_id: UUID, caregiver_id: UUID, now: datetime) -> bool:
    """Mail it with a new code, good for a week; the earlier code is dead, and the owner is notified.

    False where there is no invitation to mail: it was accepted or has ended, or is refused for good.
    """
    diary = hold_diary(patient_id)
    places = hold_places(Caregiver.objects.filter(patient_id=patient_id, pk=caregiver_id, state="invited"))
    if diary is None or not places or is_refused(patient_id=patient_id, email=places[0].email):
        return False
    (place,) = places
    place.token_digest, place.invited_at, place.expires_at = None, now, now + VALID_FOR
    place.mail_due_at, place.mail_attempts = now, 0
    place.version += 1
    place.save()
    ConsentRecord.objects.create(
        patient_id=patient_id, caregiver=place, actor=None, action="invited", level=place.level, at=now
    )
    announce(user_id=diary.user_id, kind="invited", facts={"email": place.email}, now=now)
    transaction.on_commit(partial(nudge, place.pk))
    return True
