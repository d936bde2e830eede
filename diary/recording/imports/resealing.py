"""What is kept of imports under the keys of the notes, when these change."""

from typing import Any

from django.db import transaction

from diary.models import Import, ImportPart
from diary.sealing import resealed


def reseal_imports() -> int:
    """Seal what waits to be stored, and the danger signs that were told, under the current key; gives how many."""
    return _reseal(ImportPart, "sealed") + _reseal(Import, "raised") + _reseal(Import, "profile")


def _reseal(model: Any, name: str) -> int:
    """One row at a time: a part may have a megabyte."""
    pks = list(model.objects.filter(**{f"{name}__isnull": False}).order_by("pk").values_list("pk", flat=True))
    for pk in pks:
        with transaction.atomic():
            row = model.objects.select_for_update(no_key=True).filter(pk=pk, **{f"{name}__isnull": False}).first()
            if row is not None:  # it may be stored by now
                setattr(row, name, resealed(bytes(getattr(row, name))))
                row.save(update_fields=[name])
    return len(pks)
