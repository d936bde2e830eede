"""Every entry is looked at, without holding anybody up; see 0023."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("diary", "0023_weights_of_two_decimals")]

    operations = [ValidateConstraint(model_name="entry", name="entry_weight_decimals")]
