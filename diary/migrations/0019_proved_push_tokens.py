"""When a push service first took a message for a token. Those from before prove themselves with their next message."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("diary", "0018_roles")]

    operations = [migrations.AddField("device", "push_proved_at", models.DateTimeField(null=True))]
