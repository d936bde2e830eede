"""What the code before 0010 wrote after 0009 is mended, and every row looked at; see 0009."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations

from diary.migrations._names_and_addresses import mend


class Migration(migrations.Migration):
    atomic = False  # looking at the rows of one table holds no lock on the other

    dependencies = [
        ("diary", "0010_names_and_addresses"),
    ]

    operations = [
        migrations.RunPython(mend, migrations.RunPython.noop),
        ValidateConstraint(model_name="caregiver", name="caregiver_email_normalised"),
        ValidateConstraint(model_name="user", name="user_email_normalised"),
        ValidateConstraint(model_name="user", name="user_name_without_control_characters"),
        ValidateConstraint(model_name="user", name="user_name_length"),
        ValidateConstraint(model_name="user", name="user_name_without_links"),
    ]
