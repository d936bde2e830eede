"""Files of other apps are imported too, and may be proposed before they are. Old code goes on: it names no new column,
and nothing is proposed by it.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

STATES = ["arriving", "proposed", "waiting", "done", "stopped", "taking_back", "taken_back"]
KINDS = ["diary", "apple_health", "health_connect", "fhir", "weights"]


class Migration(migrations.Migration):
    dependencies = [("diary", "0035_imports")]

    operations = [
        migrations.AddField(
            "import",
            "kind",
            models.TextField(choices=[(kind, kind) for kind in KINDS], default="diary", db_default="diary"),
        ),
        migrations.AddField("import", "left_out", models.JSONField(default=list, db_default=[])),
        migrations.AddField("import", "not_understood", models.PositiveBigIntegerField(default=0, db_default=0)),
        migrations.AddField("import", "passed_over", models.PositiveBigIntegerField(default=0, db_default=0)),
        migrations.AddField("import", "profile", models.BinaryField(null=True)),
        migrations.AlterField(
            "import", "state", models.TextField(choices=[(state, state) for state in STATES], default="waiting")
        ),
        migrations.RemoveConstraint("import", "import_state"),
        migrations.RemoveConstraint("import", "import_due_while_unfinished"),
        AddConstraintNotValid(
            "import", models.CheckConstraint(condition=models.Q(("state__in", STATES)), name="import_state")
        ),
        AddConstraintNotValid(
            "import", models.CheckConstraint(condition=models.Q(("kind__in", KINDS)), name="import_kind")
        ),
        AddConstraintNotValid(
            "import",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("due_at__isnull", False), ("state__in", ["arriving", "proposed", "waiting", "taking_back"])
                    ),
                    models.Q(("due_at__isnull", True), ("state__in", ["done", "stopped", "taken_back"])),
                    _connector="OR",
                ),
                name="import_due_while_unfinished",
            ),
        ),
    ]
