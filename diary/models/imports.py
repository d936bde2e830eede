"""A document that is brought into a diary: how far it is, what waits to be stored, and what was taken back."""

from typing import Literal
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from diary.format.fields import ResourceType
from diary.health_files.opening import Kind
from diary.models.choices import choices, words

ImportState = Literal["arriving", "proposed", "waiting", "done", "stopped", "taking_back", "taken_back"]


class Import(models.Model):
    """One file. `arriving`: its request has not accepted it yet, and may have died.

    `proposed`: whoever sent it has yet to say whether it is to be imported. `stopped`: they lost the right to write the
    diary before all of it was stored.

    `counts` says how many rows of each type came to which end, `problems` names the first of those that were not
    stored, and `raised` holds the danger signs of the rows, sealed like notes. `digest` tells the same document again.
    While there is something to do, it is due at `due_at`; whoever begins moves that on, so that work that stands still
    is taken up by someone else. `left_out` names the first rows that were not understood, with the reason.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    patient = models.ForeignKey("diary.Patient", on_delete=models.CASCADE, related_name="imports")
    # No constraint: whoever checks it holds the account's row, before the diary's, for as long as the document arrives.
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_constraint=False
    )
    state = models.TextField(choices=choices(ImportState), default="waiting")
    accepted_at = models.DateTimeField()
    digest = models.BinaryField()
    kind = models.TextField(choices=choices(Kind), default="diary", db_default="diary")
    rows = models.PositiveIntegerField(default=0)
    passed_over = models.PositiveBigIntegerField(default=0, db_default=0)
    not_understood = models.PositiveBigIntegerField(default=0, db_default=0)
    left_out = models.JSONField(default=list, db_default=[])
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    profile = models.BinaryField(null=True)
    """The one in the document, sealed like notes, until the import begins."""
    profile_changed = models.BooleanField(null=True)
    """None where the profile was not theirs to change."""
    raised = models.BinaryField(null=True)
    removed = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(name="import_state", condition=Q(state__in=words(ImportState))),
            models.CheckConstraint(name="import_kind", condition=Q(kind__in=words(Kind))),
            models.CheckConstraint(
                name="import_due_while_unfinished",
                condition=Q(state__in=["arriving", "proposed", "waiting", "taking_back"], due_at__isnull=False)
                | Q(state__in=["done", "stopped", "taken_back"], due_at__isnull=True),
            ),
        ]
        indexes = [models.Index(name="import_due", fields=["due_at"], condition=Q(due_at__isnull=False))]

    def __str__(self) -> str:
        return str(self.id)


class ImportPart(models.Model):
    """Some rows of one type. Until they are stored, `sealed` holds them; then `revisions` says what they became.

    The rows of a diary that were made there, and not changed since, are those whose revision lies between the two.
    """

    pk = models.CompositePrimaryKey("document_id", "number")
    document = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="parts", db_index=False)
    number = models.PositiveIntegerField()
    type = models.TextField(choices=choices(ResourceType))
    sealed = models.BinaryField(null=True)
    first_revision = models.BigIntegerField(null=True)
    last_revision = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="import_part_type", condition=Q(type__in=words(ResourceType))),
            models.CheckConstraint(
                name="import_part_waits_or_is_stored",
                condition=Q(sealed__isnull=False, first_revision__isnull=True, last_revision__isnull=True)
                | Q(sealed__isnull=True, first_revision__lte=F("last_revision")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.number}"


class TakenBack(models.Model):
    """A row that an import made and that is gone without a tombstone: phones that have it must still hear of it.

    `revision` is the diary's counter when it went, as if it had been deleted. The id may be used again at any time.
    """

    pk = models.CompositePrimaryKey("patient_id", "type", "id")
    patient = models.ForeignKey("diary.Patient", on_delete=models.CASCADE, related_name="+", db_index=False)
    type = models.TextField(choices=choices(ResourceType))
    id = models.UUIDField()
    revision = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="taken_back_type", condition=Q(type__in=words(ResourceType))),
            models.UniqueConstraint(name="taken_back_revision", fields=["patient", "revision"]),
        ]

    def __str__(self) -> str:
        return str(self.id)
