"""What shows at the start whether the keys of notes are all there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("backend", "0001_heartbeat")]

    operations = [
        migrations.CreateModel(
            name="KeyProof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sealed", models.BinaryField()),
                ("made_at", models.DateTimeField()),
            ],
        ),
    ]
