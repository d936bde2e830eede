"""Events of a date are found as entries are; made while the service goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("diary", "0015_bounds")]

    operations = [
        AddIndexConcurrently("event", models.Index(fields=["patient", "date", "id"], name="event_by_date")),
    ]
