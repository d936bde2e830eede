"""The constraint of the migration before is looked at, and its index made, while everyone goes on writing."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("diary", "0030_silence_and_pause")]

    operations = [
        ValidateConstraint(model_name="patient", name="patient_silence_notice_days"),
        AddIndexConcurrently(
            "patient",
            models.Index(
                condition=models.Q(("silence_due_at__isnull", False)), fields=["silence_due_at"], name="patient_silence"
            ),
        ),
    ]
