"""A tier between `watch` and `see_doctor`: ask for a routine check-up.

What the constraints refuse gets less, so old code runs on; the rows so far are looked at in the next migration.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

TIERS = ["watch", "check_up", "see_doctor", "urgent", "emergency"]
CAN_WAIT = ["watch", "check_up", "see_doctor"]


def _tier(tiers: list[str]) -> models.TextField:
    return models.TextField(choices=[(tier, tier) for tier in tiers])


def _one_of(name: str, tiers: list[str]) -> models.CheckConstraint:
    return models.CheckConstraint(name=name, condition=models.Q(tier__in=tiers))


class Migration(migrations.Migration):
    dependencies = [("alerts", "0013_webhook_added_at"), ("diary", "0026_preferences_check_up")]

    operations = [
        migrations.AlterField("alert", "tier", _tier(TIERS)),
        migrations.AlterField("finding", "tier", _tier(TIERS)),
        migrations.AlterField("unsubscription", "tier", _tier(CAN_WAIT)),
        migrations.RemoveConstraint("alert", "alert_tier"),
        AddConstraintNotValid("alert", _one_of("alert_tier", TIERS)),
        migrations.RemoveConstraint("finding", "finding_tier"),
        AddConstraintNotValid("finding", _one_of("finding_tier", TIERS)),
        migrations.RemoveConstraint("unsubscription", "unsubscription_of_what_can_wait"),
        AddConstraintNotValid("unsubscription", _one_of("unsubscription_of_what_can_wait", CAN_WAIT)),
    ]
