"""Imports that go on after their request, and can be taken back. New tables only: old code runs on."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("diary", "0034_refusing_invitations_validated"),
    ]

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("arriving", "arriving"),
                            ("waiting", "waiting"),
                            ("done", "done"),
                            ("stopped", "stopped"),
                            ("taking_back", "taking_back"),
                            ("taken_back", "taken_back"),
                        ],
                        default="waiting",
                    ),
                ),
                ("accepted_at", models.DateTimeField()),
                ("digest", models.BinaryField()),
                ("rows", models.PositiveIntegerField(default=0)),
                ("counts", models.JSONField(default=dict)),
                ("problems", models.JSONField(default=list)),
                ("profile_changed", models.BooleanField(null=True)),
                ("raised", models.BinaryField(null=True)),
                ("removed", models.PositiveIntegerField(default=0)),
                ("due_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="imports", to="diary.patient"
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ImportPart",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "document_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "type",
                    models.TextField(choices=[("entry", "entry"), ("treatment", "treatment"), ("event", "event")]),
                ),
                ("sealed", models.BinaryField(null=True)),
                ("first_revision", models.BigIntegerField(null=True)),
                ("last_revision", models.BigIntegerField(null=True)),
                (
                    "document",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="diary.import",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TakenBack",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "patient_id", "type", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "type",
                    models.TextField(choices=[("entry", "entry"), ("treatment", "treatment"), ("event", "event")]),
                ),
                ("id", models.UUIDField()),
                ("revision", models.BigIntegerField()),
                (
                    "patient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="diary.patient",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="import",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="import_due"),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["arriving", "waiting", "done", "stopped", "taking_back", "taken_back"])
                ),
                name="import_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_at__isnull", False), ("state__in", ["arriving", "waiting", "taking_back"])),
                    models.Q(("due_at__isnull", True), ("state__in", ["done", "stopped", "taken_back"])),
                    _connector="OR",
                ),
                name="import_due_while_unfinished",
            ),
        ),
        migrations.AddConstraint(
            model_name="importpart",
            constraint=models.CheckConstraint(
                condition=models.Q(("type__in", ["entry", "treatment", "event"])), name="import_part_type"
            ),
        ),
        migrations.AddConstraint(
            model_name="importpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("first_revision__isnull", True), ("last_revision__isnull", True), ("sealed__isnull", False)
                    ),
                    models.Q(("first_revision__lte", models.F("last_revision")), ("sealed__isnull", True)),
                    _connector="OR",
                ),
                name="import_part_waits_or_is_stored",
            ),
        ),
        migrations.AddConstraint(
            model_name="takenback",
            constraint=models.CheckConstraint(
                condition=models.Q(("type__in", ["entry", "treatment", "event"])), name="taken_back_type"
            ),
        ),
        migrations.AddConstraint(
            model_name="takenback",
            constraint=models.UniqueConstraint(fields=("patient", "revision"), name="taken_back_revision"),
        ),
    ]
