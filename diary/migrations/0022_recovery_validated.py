"""Every account is looked at, without holding anybody up; see 0020."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("diary", "0021_recovery")]

    operations = [ValidateConstraint(model_name="user", name="user_recovered_since_a_time")]
