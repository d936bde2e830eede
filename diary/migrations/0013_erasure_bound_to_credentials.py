"""A wish to be erased is good while password, address and second factors are those it was said with.

Null in requests of code that is still running from before; those end with the deploy, and can be made again.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("diary", "0012_access_words")]

    operations = [
        migrations.AddField(
            model_name="erasurerequest",
            name="credentials_epoch",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="erasurerequest",
            name="sent_to",
            field=models.EmailField(max_length=254, null=True),
        ),
    ]
