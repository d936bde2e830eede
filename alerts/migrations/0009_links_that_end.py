"""Until when the links of a message are good, and for which count of what ends them. Null in what older code sends."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0008_unsubscriptions_of_what_can_wait"), ("diary", "0014_user_links_epoch")]

    operations = [
        migrations.AddField(model_name="delivery", name="links_epoch", field=models.PositiveIntegerField(null=True)),
        migrations.AddField(model_name="delivery", name="linked_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="delivery", name="links_ended_at", field=models.DateTimeField(null=True)),
    ]
