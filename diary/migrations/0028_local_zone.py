"""The zone in which a person is now: of each, the one that their devices or entries told last.

What was imported cannot be told from what was written, but for its age when it came: only entries that came within a day
count here.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_TOLD_LAST = """
INSERT INTO diary_localzone (user_id, name, since)
SELECT patient.user_id, told.name, told.since
FROM diary_patient patient
CROSS JOIN LATERAL (
    (
        SELECT time_zone AS name, updated_at AS since FROM diary_device
        WHERE user_id = patient.user_id AND time_zone IS NOT NULL
        ORDER BY updated_at DESC LIMIT 1
    )
    UNION ALL
    (
        SELECT recent.time_zone, recent.received_at
        FROM (
            SELECT time_zone, received_at, recorded_at, recorded_by_id FROM diary_entry
            WHERE patient_id = patient.id AND date IS NOT NULL
            ORDER BY date DESC, id DESC LIMIT 20
        ) recent
        WHERE recent.recorded_by_id = patient.user_id
            AND recent.received_at - recent.recorded_at BETWEEN INTERVAL '-1 day' AND INTERVAL '1 day'
        ORDER BY recent.received_at DESC LIMIT 1
    )
    ORDER BY since DESC LIMIT 1
) told
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("diary", "0027_remembered_changes")]

    operations = [
        migrations.CreateModel(
            name="LocalZone",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="local_zone",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("name", models.TextField()),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(_TOLD_LAST, migrations.RunSQL.noop),
    ]
