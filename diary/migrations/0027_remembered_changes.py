"""Rows remember which changes made them. A column without a default: no row is written, and old code runs on."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


def _remembered() -> ArrayField:
    return ArrayField(models.BigIntegerField(), null=True)


class Migration(migrations.Migration):
    dependencies = [("diary", "0026_preferences_check_up")]

    operations = [
        migrations.AddField("entry", "remembered", _remembered()),
        migrations.AddField("event", "remembered", _remembered()),
        migrations.AddField("treatment", "remembered", _remembered()),
    ]
