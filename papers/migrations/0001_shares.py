"""Links that a diary is shared by. A new table only: old code runs on, and erases a diary with its links."""

import datetime
import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

GOES_WITH_ITS_DIARY = (
    "ALTER TABLE papers_share ADD CONSTRAINT papers_share_patient "
    "FOREIGN KEY (patient_id) REFERENCES diary_patient ON DELETE CASCADE"
)
STAYS = "ALTER TABLE papers_share DROP CONSTRAINT papers_share_patient"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("diary", "0041_access_line_openings"),
    ]

    operations = [
        migrations.CreateModel(
            name="Share",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("digest", models.BinaryField(unique=True)),
                ("sealed", models.BinaryField(null=True)),
                ("label", models.TextField(default="")),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("links_epoch", models.PositiveIntegerField()),
                ("passcode_digest", models.BinaryField(null=True)),
                ("attempts_left", models.PositiveSmallIntegerField(default=10)),
                ("openings", models.PositiveIntegerField(default=0)),
                (
                    "patient",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="diary.patient",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["patient", "made_at"], name="share_by_patient")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_at__gt", models.F("made_at")),
                            (
                                "expires_at__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("made_at"), "+", models.Value(datetime.timedelta(days=30))
                                ),
                            ),
                        ),
                        name="share_expires",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("sealed__isnull", False)),
                            models.Q(("ended_at__isnull", False), ("sealed__isnull", True)),
                            _connector="OR",
                        ),
                        name="share_secret_until_ended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("attempts_left", 10),
                            models.Q(("attempts_left__range", (1, 9)), ("passcode_digest__isnull", False)),
                            models.Q(
                                ("attempts_left", 0), ("ended_at__isnull", False), ("passcode_digest__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="share_attempts",
                    ),
                    models.CheckConstraint(condition=models.Q(("label__regex", "^.{0,80}$")), name="share_label"),
                ],
            },
        ),
        migrations.RunSQL(GOES_WITH_ITS_DIARY, STAYS),
    ]
