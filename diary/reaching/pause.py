"""A pause: no reminder, no silence notice, no question and no check-up, until a date or for good. Danger signs go on.

It is for after a diagnosis, in hospital, or after a death. What would have come meanwhile does not come later.
"""

from datetime import datetime

from diary.models import Patient
from diary.reaching.local_time import local_date


def is_paused(patient: Patient, *, now: datetime) -> bool:
    """Whether the diary is paused, by the person's own date."""
    until = patient.paused_until
    return until is not None and local_date(user_id=patient.user_id, now=now) < until
