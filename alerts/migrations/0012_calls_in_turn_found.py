"""Held deliveries are found by an index, built while the table is in use; the rows so far are looked at."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("alerts", "0011_calls_in_turn")]

    operations = [
        AddIndexConcurrently(
            "delivery",
            models.Index(
                condition=models.Q(("held", ""), _negated=True), fields=["next_attempt_at"], name="delivery_by_held"
            ),
        ),
        ValidateConstraint("delivery", "delivery_held"),
    ]
