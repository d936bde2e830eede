"""The database's own view of a normal form, so that no constraint depends on what Python did."""

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower

_NFKC = "%(function)s(%(expressions)s, NFKC)"


def in_normal_form(field: str) -> Q:
    """Whether the address in `field` is lower case and NFKC, its domain ASCII
    (`diary.format.normal_form.normal_email`)."""
    compatible = Func(F(field), function="NORMALIZE", template=_NFKC, output_field=models.CharField())
    international = Q((f"{field}__regex", r"@[^@]*[^\u0001-\u007f][^@]*$"))
    return Q((field, Lower(F(field)))) & Q((field, compatible)) & ~international
