"""What the bounds of a diary are held to. Rows of diaries that are there already are counted by their next write."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("diary", "0014_user_links_epoch")]

    operations = [
        migrations.AddField("patient", "row_count", models.IntegerField(null=True)),
        migrations.AlterField("patient", "row_count", models.IntegerField(default=0, null=True)),
        migrations.AddField("patient", "written_on", models.DateField(null=True)),
        migrations.AddField("patient", "written_count", models.IntegerField(db_default=0, default=0)),
    ]
