"""The table of the heartbeat, with the installation itself as the first beat: a clock that never starts is noticed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("part", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("part", "beat")), name="heartbeat_known_part")
                ],
            },
        ),
        migrations.RunSQL(
            "INSERT INTO backend_heartbeat (part, at) VALUES ('beat', now())",
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
