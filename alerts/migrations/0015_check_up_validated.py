"""The rows so far keep to the tiers, looked at without holding anybody up."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("alerts", "0014_check_up")]

    operations = [
        ValidateConstraint("alert", "alert_tier"),
        ValidateConstraint("finding", "finding_tier"),
        ValidateConstraint("unsubscription", "unsubscription_of_what_can_wait"),
    ]
