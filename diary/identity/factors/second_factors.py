"""The secrets of second factors under a changed key."""

from typing import Final

from allauth.mfa.models import Authenticator
from django.db import transaction

from diary.models.way_back import Undo
from diary.sealing import resealed

_SEALED: Final = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


def reseal_second_factors() -> int:
    """Seal every secret under the current key, those too that a link can bring back; gives how many there are.

    Belongs to every change of the note keys: without it, dropping the old key drops everyone's second factor.
    """
    count = 0
    with transaction.atomic():
        for factor in Authenticator.objects.select_for_update(no_key=True).filter(type__in=_SEALED):
            name = _SEALED[factor.type]
            factor.data[name] = resealed(factor.data[name].encode()).decode()
            factor.save(update_fields=["data"])
            count += 1
        for way_back in Undo.objects.select_for_update(no_key=True):
            for factor in way_back.factors:
                if (sealed := _SEALED.get(factor["type"])) is not None:
                    factor["data"][sealed] = resealed(factor["data"][sealed].encode()).decode()
                    count += 1
            way_back.save(update_fields=["factors"])
    return count
