"""Who took a place with a code may say so again, and gets the same answer.

Column and constraint come in one statement: where it may not wait any longer, nothing is half done.
"""

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("diary", "0024_weights_validated")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [
                        "SET LOCAL lock_timeout = '2s';"
                        "ALTER TABLE diary_caregiver ADD COLUMN used_digest text, ADD CONSTRAINT"
                        " caregiver_used_once_taken CHECK (used_digest IS NULL OR state <> 'invited') NOT VALID",
                    ],
                    "ALTER TABLE diary_caregiver DROP COLUMN used_digest",
                )
            ],
            state_operations=[
                migrations.AddField(model_name="caregiver", name="used_digest", field=models.TextField(null=True)),
                AddConstraintNotValid(
                    model_name="caregiver",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("used_digest__isnull", True),
                            models.Q(("state", "invited"), _negated=True),
                            _connector="OR",
                        ),
                        name="caregiver_used_once_taken",
                    ),
                ),
            ],
        ),
        ValidateConstraint(model_name="caregiver", name="caregiver_used_once_taken"),
        AddIndexConcurrently(
            model_name="caregiver",
            index=models.Index(
                condition=models.Q(("used_digest__isnull", False)), fields=["used_digest"], name="caregiver_used_code"
            ),
        ),
    ]
