"""Mails about emergencies and what is urgent can't be stopped any more; those that somebody stopped come again.

It is safe while old code still runs: that reads no more than before. Where an old process would stop such a mail, the
constraint refuses it and the whole request is undone: its page answers 500, and what is owed stays owed.
"""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def end_the_pressing_ones(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Nothing refers to these rows, so the constraint can follow in the same transaction."""
    apps.get_model("alerts", "Unsubscription").objects.filter(tier__in=["urgent", "emergency"]).delete()


class Migration(migrations.Migration):
    dependencies = [("alerts", "0007_news")]

    operations = [
        # So that an old process adds none between the two steps. The table is small.
        migrations.RunSQL("LOCK TABLE alerts_unsubscription IN ACCESS EXCLUSIVE MODE", migrations.RunSQL.noop),
        migrations.RunPython(end_the_pressing_ones, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="unsubscription", name="unsubscription_tier"),
        migrations.AlterField(
            model_name="unsubscription",
            name="tier",
            field=models.TextField(choices=[("watch", "watch"), ("see_doctor", "see_doctor")]),
        ),
        migrations.AddConstraint(
            model_name="unsubscription",
            constraint=models.CheckConstraint(
                condition=models.Q(("tier__in", ["watch", "see_doctor"])), name="unsubscription_of_what_can_wait"
            ),
        ),
    ]
