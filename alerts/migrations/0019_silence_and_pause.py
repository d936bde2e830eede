"""Messages that a pause leaves out, and those that tell caregivers that nothing comes.

Safe while the release before this one runs: the words that it knows stay good. 0020 has the constraint on the large
table looked at.
"""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

REASONS = [
    "superseded",
    "read",
    "unsubscribed",
    "no_consent",
    "never_told",
    "alert_open",
    "alert_acknowledged",
    "alert_closed",
    "alert_withdrawn",
    "paused",
]
KINDS = ["reminder", "later", "silence"]


class Migration(migrations.Migration):
    dependencies = [("alerts", "0018_courtesy"), ("diary", "0031_silence_and_pause_ready")]

    operations = [
        migrations.AlterField(
            "delivery", "drop_reason", models.TextField(choices=[(word, word) for word in REASONS], null=True)
        ),
        migrations.RemoveConstraint("delivery", "delivery_drop_reason"),
        AddConstraintNotValid(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("drop_reason__in", REASONS), ("state", "dropped"))
                | models.Q(models.Q(("state", "dropped"), _negated=True), ("drop_reason__isnull", True)),
                name="delivery_drop_reason",
            ),
        ),
        migrations.RemoveConstraint("courtesy", "courtesy_kind"),
        migrations.AlterField("courtesy", "kind", models.TextField(choices=[(word, word) for word in KINDS])),
        migrations.AddConstraint(
            "courtesy", models.CheckConstraint(condition=models.Q(("kind__in", KINDS)), name="courtesy_kind")
        ),
        migrations.AddField(
            "courtesy",
            "patient",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="diary.patient"
            ),
        ),
        migrations.AddConstraint(
            "courtesy",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "silence"), ("patient__isnull", False)),
                    models.Q(models.Q(("kind", "silence"), _negated=True), ("patient__isnull", True)),
                    _connector="OR",
                ),
                name="courtesy_about_whom",
            ),
        ),
    ]
