"""When a diary was screened last. Nothing has to be filled in, and old code runs on without it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("diary", "0035_imports"),
    ]

    operations = [
        migrations.AddField("patient", "screened_at", models.DateTimeField(null=True)),
    ]
