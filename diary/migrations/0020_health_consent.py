"""Consent to the processing of health data, by version of its text. Its lines are never changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_FORWARDS = """
CREATE TRIGGER append_only BEFORE UPDATE ON diary_healthconsent
    FOR EACH ROW EXECUTE FUNCTION diary_refuse();
ALTER TABLE diary_healthconsent ENABLE ALWAYS TRIGGER append_only;
REVOKE UPDATE ON diary_healthconsent FROM diary_service;
"""
_BACKWARDS = """
DROP TRIGGER append_only ON diary_healthconsent;
"""


class Migration(migrations.Migration):
    dependencies = [("diary", "0019_proved_push_tokens")]

    operations = [
        migrations.CreateModel(
            name="HealthConsent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("given", models.BooleanField()),
                ("version", models.CharField(max_length=20)),
                ("age_at_least", models.PositiveSmallIntegerField(null=True)),
                ("region", models.TextField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="health_consents",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user", "-at"], name="health_consent_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("age_at_least__gte", 1), ("age_at_least__lte", 120), ("given", True)),
                            models.Q(("age_at_least", None), ("given", False), ("region", None)),
                            _connector="OR",
                        ),
                        name="health_consent_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("region", None), ("region__regex", "^[A-Z]{2}$"), _connector="OR"),
                        name="health_consent_region",
                    ),
                ],
            },
        ),
        migrations.RunSQL(_FORWARDS, _BACKWARDS),
    ]
