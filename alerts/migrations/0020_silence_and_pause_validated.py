"""Why deliveries were dropped is looked at, while everyone goes on writing."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("alerts", "0019_silence_and_pause")]

    operations = [ValidateConstraint(model_name="delivery", name="delivery_drop_reason")]
