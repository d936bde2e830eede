"""Invitations that are refused. The rows of the new table go with their diary by the database's hand, since older code
that still runs erases diaries without knowing of them.
"""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

ACTIONS = ["invited", "accepted", "level_changed", "revoked", "left", "refused"]
GOES_WITH_ITS_DIARY = (
    "ALTER TABLE diary_invitationrefusal ADD CONSTRAINT diary_invitationrefusal_patient "
    "FOREIGN KEY (patient_id) REFERENCES diary_patient ON DELETE CASCADE"
)
STAYS = "ALTER TABLE diary_invitationrefusal DROP CONSTRAINT diary_invitationrefusal_patient"


class Migration(migrations.Migration):
    dependencies = [("diary", "0032_failing_endpoints")]

    operations = [
        migrations.CreateModel(
            name="InvitationRefusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address_digest", models.TextField()),
                ("at", models.DateTimeField()),
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
                "constraints": [models.UniqueConstraint(fields=["patient", "address_digest"], name="refusal_once")],
            },
        ),
        migrations.RunSQL(GOES_WITH_ITS_DIARY, STAYS),
        migrations.AlterField(
            "consentrecord", "action", models.TextField(choices=[(action, action) for action in ACTIONS])
        ),
        migrations.RemoveConstraint("consentrecord", "consent_action"),
        AddConstraintNotValid(
            "consentrecord",
            models.CheckConstraint(condition=models.Q(("action__in", ACTIONS)), name="consent_action"),
        ),
    ]
