"""The constraint of the migration before is looked at while everyone goes on writing."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("diary", "0042_phone_for_circle")]

    operations = [ValidateConstraint(model_name="patient", name="patient_phone_for_circle")]
