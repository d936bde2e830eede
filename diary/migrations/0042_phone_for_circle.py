"""Under which number the care circle calls the person.

Safe while the release before this one runs: it neither reads nor writes the column.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("diary", "0041_access_line_openings")]

    operations = [
        migrations.AddField("patient", "phone_for_circle", models.TextField(null=True)),
        AddConstraintNotValid(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("phone_for_circle__isnull", True),
                    ("phone_for_circle__regex", r"^\+[1-9][0-9]{6,14}$"),
                    _connector="OR",
                ),
                name="patient_phone_for_circle",
            ),
        ),
    ]
