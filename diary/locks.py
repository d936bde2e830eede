"""Rows held until the transaction ends, in the one order of `docs/adr/0013-one-lock-order.md`.

Accounts by id, diaries by id, places in circles, then what `alerts.locks` holds. Whoever needs rows of two kinds takes
them in this order, and may leave any out. "The caller holds the patient's row" means that `hold_diary` was called, or
`hold_counts` by a write.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from diary.models.caregiver import Caregiver
from diary.models.patient import Patient
from diary.models.user import User
from diary.statements import Later, ask

_COUNTS: Final = """
    SELECT revision, row_count, written_on, written_count, user_id,
        (SELECT name FROM diary_localzone zone WHERE zone.user_id = diary_patient.user_id),
        EXISTS (SELECT FROM diary_reminderplan plan WHERE plan.user_id = diary_patient.user_id AND plan.unanswered > 0)
    FROM diary_patient WHERE id = %(patient)s FOR NO KEY UPDATE
"""

_WAITING: Final = """
    SELECT revision FROM diary_patient WHERE id = %(patient)s AND unscreened_since IS NOT NULL FOR NO KEY UPDATE
"""


class Counts(NamedTuple):
    """What a diary counts: its revision, its rows, and the writes of its last day.

    Beside that, whose it is, the zone that they were last heard from, and whether a reminder waits for an answer.
    """

    revision: int
    rows: int | None
    written_on: date | None
    written: int
    user_id: UUID
    zone: str | None
    reminded: bool


def hold_account(user_id: UUID) -> User | None:
    """The account, held; None when it is gone."""
    return next(iter(hold_accounts([user_id])), None)


def hold_accounts(user_ids: Iterable[UUID]) -> list[User]:
    """Those that there are, held. Others may refer to them all the same, as a new entry does to who recorded it."""
    ids = list(user_ids)
    return list(User.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")) if ids else []


def hold_account_to_remove(user_id: UUID) -> None:
    """The account, already held, now against new references to it too: for the one that is about to remove it."""
    User.objects.select_for_update().get(pk=user_id)


def hold_diary(patient_id: UUID | None) -> Patient | None:
    """The diary, held: nothing is written, screened, raised or acted on in it meanwhile. None when it is gone."""
    return _held(Patient.objects.filter(pk=patient_id)).first() if patient_id else None


def hold_diaries(diaries: QuerySet[Patient]) -> list[Patient]:
    """Those of `diaries`, held."""
    return list(_held(diaries))


def claim_diaries(diaries: QuerySet[Patient], most: int) -> list[Patient]:
    """The first of `diaries` that no one else has in hand, held."""
    return list(diaries.select_for_update(no_key=True, of=("self",), skip_locked=True)[:most])


def hold_counts(patient_id: UUID) -> Later[Counts | None]:
    """The diary, held as by `hold_diary`, for a write, which needs its counts only. None when it is gone."""
    rows = ask(_COUNTS, {"patient": patient_id})
    return lambda: next((Counts(*row) for row in rows()), None)


def hold_places(places: QuerySet[Caregiver]) -> list[Caregiver]:
    """Those of `places`, held. Deliveries and the history of consent may refer to them all the same."""
    return list(places.order_by("pk").select_for_update(no_key=True, of=("self",)))


def claim_place(places: QuerySet[Caregiver]) -> Caregiver | None:
    """The first of `places` that no one else has in hand, held."""
    return places.order_by("pk").select_for_update(no_key=True, of=("self",), skip_locked=True).first()


def _held(diaries: QuerySet[Patient]) -> QuerySet[Patient]:
    """Not FOR UPDATE: who owes a delivery holds its alert only, and refers to the diary without waiting for it."""
    return diaries.select_for_update(no_key=True, of=("self",)).order_by("pk")


def hold_waiting(patient_id: UUID, *, wait: bool = True) -> Later[int | None]:
    """The diary, held as by `hold_diary`, if it waits to be screened: its revision. None when there is no work.

    None as well where it is another's at the moment, and who asks does not `wait`.
    """
    rows = ask(_WAITING if wait else f"{_WAITING} SKIP LOCKED", {"patient": patient_id})
    return lambda: next((revision for (revision,) in rows()), None)
