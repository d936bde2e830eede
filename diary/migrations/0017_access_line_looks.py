"""One person's last looks at one diary, so that a flood of the same look is one line a minute."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("diary", "0016_event_by_date")]

    operations = [
        AddIndexConcurrently(
            model_name="accessline",
            index=models.Index(
                name="access_line_looks",
                fields=["patient_id", "actor_id", "at"],
                condition=models.Q(action__in=("read", "synced", "exported")),
            ),
        )
    ]
