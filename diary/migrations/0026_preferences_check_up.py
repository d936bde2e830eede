"""Through which channels a check-up is told: a column with a constant default, so no row is rewritten.

Old code leaves it out of the rows that it writes, and they get the default.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

import diary.models.preferences


class Migration(migrations.Migration):
    dependencies = [("diary", "0025_codes_used")]

    operations = [
        migrations.AddField(
            model_name="preferences",
            name="check_up",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(),
                db_default=models.Value(
                    ["push", "web_push", "email"],
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                default=diary.models.preferences.check_up_channels,
                size=None,
            ),
        ),
    ]
