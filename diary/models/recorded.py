"""What an entry, a treatment and an event have in common as rows of a diary."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

EARLIEST_DATE = "1900-01-01"


class Recorded(models.Model):
    """A row of a diary, under an id that the app made.

    The primary key is (patient, id): someone else's id and an unused one are indistinguishable, and the tables can be
    partitioned or distributed by patient. A deleted row stays as a tombstone without content, so that a late create
    does not bring it back. `revision` is the diary's counter at the last write, the order in which phones receive it.
    """

    pk = models.CompositePrimaryKey("patient_id", "id")
    patient = models.ForeignKey("diary.Patient", on_delete=models.CASCADE, related_name="+", db_index=False)
    id = models.UUIDField()
    version = models.PositiveIntegerField(default=1)
    revision = models.BigIntegerField()
    deleted = models.BooleanField(default=False)
    remembered = ArrayField(models.BigIntegerField(), null=True)
    """Which changes made the row what it is (`diary.recording.remembered`); none of a tombstone."""
    received_at = models.DateTimeField()
    # No constraint: removing any account would look through every row of everyone. `diary.account.erase` takes the
    # name out.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.id)


def revision_order(table: str) -> list[models.BaseConstraint]:
    """No two writes of a diary share a number; the index behind it serves the sync."""
    return [
        models.UniqueConstraint(name=f"{table}_revision", fields=["patient", "revision"]),
        models.CheckConstraint(name=f"{table}_counts", condition=Q(version__gte=1, revision__gte=1)),
    ]


def present_unless_deleted(table: str, *, required: list[str], optional: list[str]) -> models.CheckConstraint:
    """A living row has what it must have; a tombstone holds nothing that anyone wrote."""
    living = Q(deleted=False, **{f"{name}__isnull": False for name in required})
    tombstone = Q(deleted=True, **{f"{name}__isnull": True for name in required + optional})
    return models.CheckConstraint(name=f"{table}_content", condition=living | tombstone)


def null_or(name: str, **condition: object) -> Q:
    """Not answered, or within what the field may hold."""
    return Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__{lookup}": value for lookup, value in condition.items()})
