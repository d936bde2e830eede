"""Weights keep two decimals, so that pounds come back as they were entered.

The column loses its limits without being rewritten; every row is looked at in 0024, without holding anybody up.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models.functions import Round


class Migration(migrations.Migration):
    dependencies = [("diary", "0022_recovery_validated")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE diary_entry ALTER COLUMN weight_kg TYPE numeric",
                    "ALTER TABLE diary_entry ALTER COLUMN weight_kg TYPE numeric(4, 1)",
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="entry",
                    name="weight_kg",
                    field=models.DecimalField(decimal_places=2, max_digits=5, null=True),
                )
            ],
        ),
        AddConstraintNotValid(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight_kg__isnull", True), ("weight_kg", Round("weight_kg", 2)), _connector="OR"),
                name="entry_weight_decimals",
            ),
        ),
    ]
