"""Addresses of people who never accepted are found by an index, built while the table is in use; the lines of consent
so far are looked at.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("diary", "0033_refusing_invitations")]

    operations = [
        AddIndexConcurrently(
            "caregiver",
            models.Index(
                condition=models.Q(("user__isnull", True), models.Q(("email", ""), _negated=True)),
                fields=["invited_at"],
                name="caregiver_strangers",
            ),
        ),
        ValidateConstraint("consentrecord", "consent_action"),
    ]
