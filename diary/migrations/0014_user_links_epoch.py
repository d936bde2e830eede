"""What ends the links in messages is counted apart from what ends sessions."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("diary", "0013_erasure_bound_to_credentials")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="links_epoch",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
    ]
