"""Which start of the database server last stood at one with its journal."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("backend", "0002_keyproof"), ("diary", "0044_journal")]

    operations = [
        migrations.CreateModel(
            name="JournalSeen",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("server", models.TextField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="journal_seen_once")],
            },
        ),
    ]
