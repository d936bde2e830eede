"""Openings of shared links are found by an index, built while the log is in use; the lines so far are looked at."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("diary", "0040_access_line_recipient")]

    operations = [
        AddIndexConcurrently(
            model_name="accessline",
            index=models.Index(
                name="access_line_openings",
                fields=["patient_id", "resource_id", "id"],
                condition=models.Q(recipient__isnull=False),
            ),
        ),
        ValidateConstraint("accessline", "access_line_recipient"),
    ]
