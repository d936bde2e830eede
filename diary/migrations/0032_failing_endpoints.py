"""Endpoints that fail, and which session a device is pushed to.

A device stored by older code names no session; it is pushed to while one of the account's is as old as it. The rows of
the new table go with their account by the database's hand, since older code that still runs erases accounts without
knowing of them.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

REASONS = ["not_taken", "refused", "gone", "bounced", "complained"]
KINDS = [
    "device_added",
    "device_taken",
    "webhook_added",
    "phone_added",
    "invited",
    "level_raised",
    "signed_out_everywhere",
    "credentials_changed",
    "change_to_undo",
    "credentials_restored",
    "factor_removal_asked",
    "factors_removed",
    "endpoint_failing",
]
CHANNELS = ["email", "push", "web_push", "sms"]
GOES_WITH_ITS_ACCOUNT = (
    "ALTER TABLE diary_failingendpoint ADD CONSTRAINT diary_failingendpoint_user "
    "FOREIGN KEY (user_id) REFERENCES diary_user ON DELETE CASCADE"
)
STAYS = "ALTER TABLE diary_failingendpoint DROP CONSTRAINT diary_failingendpoint_user"


def _choices(words: list[str]) -> list[tuple[str, str]]:
    return [(word, word) for word in words]


class Migration(migrations.Migration):
    dependencies = [("diary", "0031_silence_and_pause_ready")]

    operations = [
        migrations.AddField("device", "session_id", models.UUIDField(null=True)),
        migrations.CreateModel(
            name="FailingEndpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.TextField()),
                ("endpoint", models.TextField(blank=True)),
                ("address_digest", models.TextField()),
                ("reason", models.TextField(choices=_choices(REASONS))),
                ("failing_since", models.DateTimeField()),
                ("dead_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="failing_endpoints",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["user", "channel", "endpoint", "address_digest"], name="failing_endpoint_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("reason__in", REASONS)), name="failing_endpoint_reason"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("dead_at__isnull", True), ("dead_at__gte", models.F("failing_since")), _connector="OR"
                        ),
                        name="failing_endpoint_fails_before_it_is_dead",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason__in", ["gone", "complained"]), _negated=True),
                            ("dead_at__isnull", False),
                            _connector="OR",
                        ),
                        name="failing_endpoint_dead_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GOES_WITH_ITS_ACCOUNT, STAYS),
        migrations.AlterField("notice", "kind", models.TextField(choices=_choices(KINDS))),
        migrations.AlterField("notice", "channel", models.TextField(choices=_choices(CHANNELS))),
        # Few rows: what is about to be sent.
        migrations.RemoveConstraint("notice", "notice_kind"),
        migrations.RemoveConstraint("notice", "notice_channel"),
        migrations.AddConstraint(
            "notice", models.CheckConstraint(condition=models.Q(("kind__in", KINDS)), name="notice_kind")
        ),
        migrations.AddConstraint(
            "notice", models.CheckConstraint(condition=models.Q(("channel__in", CHANNELS)), name="notice_channel")
        ),
    ]
