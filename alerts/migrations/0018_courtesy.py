"""Messages that are about no alert: reminders to write, which take the place of the nudges.

Safe while the release before this one runs: it finds an empty view in place of the table of the nudges, which takes what
it writes and keeps nothing, so that no one is nudged and reminded. The view goes in the release after this one.
"""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KINDS = ["reminder", "later"]
STATES = ["owed", "sending", "sent", "failed", "dropped"]
_NO_NUDGES = """
DROP TABLE alerts_loggingnudge;
CREATE VIEW alerts_loggingnudge AS
    SELECT NULL::uuid AS user_id, NULL::timestamptz AS nudged_at, NULL::smallint AS in_a_row WHERE FALSE;
CREATE RULE nothing_new AS ON INSERT TO alerts_loggingnudge DO INSTEAD NOTHING;
CREATE RULE nothing_changed AS ON UPDATE TO alerts_loggingnudge DO INSTEAD NOTHING;
CREATE RULE nothing_gone AS ON DELETE TO alerts_loggingnudge DO INSTEAD NOTHING;
GRANT SELECT, INSERT, UPDATE, DELETE ON alerts_loggingnudge TO diary_service;
"""
_NUDGES = """
DROP VIEW alerts_loggingnudge;
CREATE TABLE alerts_loggingnudge (
    user_id uuid PRIMARY KEY REFERENCES diary_user (id) DEFERRABLE INITIALLY DEFERRED,
    nudged_at timestamptz NOT NULL,
    in_a_row smallint NOT NULL CONSTRAINT logging_nudge_in_a_row CHECK (in_a_row BETWEEN 1 AND 3)
);
"""


class Migration(migrations.Migration):
    dependencies = [("alerts", "0017_drop_reason_filled_in"), ("diary", "0029_reminders")]

    operations = [
        migrations.CreateModel(
            name="Courtesy",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.TextField(choices=[(word, word) for word in KINDS])),
                ("occasion", models.TextField()),
                ("state", models.TextField(choices=[(word, word) for word in STATES], default="owed")),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("until", models.DateTimeField()),
                ("channel", models.TextField(default="")),
                ("endpoint", models.TextField(default="")),
                (
                    "tried",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="courtesy_due"),
                    models.Index(fields=["created_at"], name="courtesy_by_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "kind", "occasion"), name="courtesy_once"),
                    models.CheckConstraint(condition=models.Q(("kind__in", KINDS)), name="courtesy_kind"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("due_at__isnull", False), ("sent_at__isnull", True), ("state", "owed")),
                            models.Q(
                                ("attempts__gte", 1),
                                ("due_at__isnull", False),
                                ("sent_at__isnull", True),
                                ("state", "sending"),
                            ),
                            models.Q(("due_at__isnull", True), ("sent_at__isnull", False), ("state", "sent")),
                            models.Q(
                                ("due_at__isnull", True),
                                ("sent_at__isnull", True),
                                ("state__in", ["failed", "dropped"]),
                            ),
                            _connector="OR",
                        ),
                        name="courtesy_state",
                    ),
                ],
            },
        ),
        migrations.RunSQL(_NO_NUDGES, _NUDGES),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("LoggingNudge")]),
    ]
