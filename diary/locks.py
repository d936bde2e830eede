"""Rows held until the transaction ends, in the one order of `docs/adr/0013-one-lock-order.md`.

Accounts by id, diaries by id, places in circles, alerts by id, deliveries by id. Whoever needs rows of two kinds takes
them in this order, and may leave any out. "The caller holds the patient's row" means that `hold_diary` was called.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from diary.models.patient import Patient
from diary.models.user import User


def hold_account(user_id: UUID) -> User | None:
    """The account, held; None when it is gone."""
    return next(iter(hold_accounts([user_id])), None)


def hold_accounts(user_ids: Iterable[UUID]) -> list[User]:
    """Those that there are, held. Others may refer to them all the same, as a new entry does to who recorded it."""
    ids = list(user_ids)
    return list(User.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")) if ids else []


def hold_diary(patient_id: UUID | None) -> Patient | None:
    """The diary, held: nothing is written, screened, raised or acted on in it meanwhile. None when it is gone."""
    return _held(Patient.objects.filter(pk=patient_id)).first() if patient_id else None


def hold_diaries(diaries: QuerySet[Patient]) -> list[Patient]:
    """Those of `diaries`, held."""
    return list(_held(diaries))


def _held(diaries: QuerySet[Patient]) -> QuerySet[Patient]:
    """Not FOR UPDATE: who owes a delivery holds its alert only, and refers to the diary without waiting for it."""
    return diaries.select_for_update(no_key=True, of=("self",)).order_by("pk")
