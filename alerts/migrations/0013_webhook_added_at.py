"""Since when a webhook leads where it leads, and when its owner said so. Null in what older code stored."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0012_calls_in_turn_found"),
    ]

    operations = [
        migrations.AddField(
            model_name="webhook",
            name="added_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="webhook",
            name="confirmed_at",
            field=models.DateTimeField(null=True),
        ),
    ]
