"""When caregivers are to hear that nothing comes, and until when a diary is paused.

Safe while the release before this one runs: it knows none of the columns. What it stores meanwhile does not count as an
entry that came, which only makes a silence seem longer; of that no one is told before they have asked for it.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("diary", "0029_reminders")]

    operations = [
        migrations.AddField("patient", "silence_notice_days", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("patient", "paused_until", models.DateField(null=True)),
        migrations.AddField("patient", "last_entry_at", models.DateTimeField(null=True)),
        migrations.AddField("patient", "silence_due_at", models.DateTimeField(null=True)),
        AddConstraintNotValid(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("silence_notice_days__isnull", True), ("silence_notice_days__range", (3, 60)), _connector="OR"
                ),
                name="patient_silence_notice_days",
            ),
        ),
    ]
