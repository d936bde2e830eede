"""Lines for the journal outside the database, and the function by which triggers write them (`diary.0045_journal_kept`)."""

import uuid

import django.contrib.postgres.functions
import django.db.models.functions.datetime
from django.db import migrations, models

# Arguments: the kind, the column that holds the subject, and those that make up the detail.
FUNCTION = r"""
CREATE OR REPLACE FUNCTION diary_journal() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    line jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
BEGIN
    INSERT INTO public.diary_journalline (kind, subject, detail) VALUES (
        TG_ARGV[0],
        (line ->> TG_ARGV[1])::uuid,
        (SELECT coalesce(string_agg(line ->> name, ' ' ORDER BY place), '')
            FROM unnest(TG_ARGV[2:]) WITH ORDINALITY AS given (name, place))
    );
    RETURN NULL;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("diary", "0043_phone_for_circle_validated"),
    ]

    operations = [
        migrations.CreateModel(
            name="JournalLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("account_erased", "account_erased"),
                            ("password_changed", "password_changed"),
                            ("address_changed", "address_changed"),
                            ("signed_out_everywhere", "signed_out_everywhere"),
                            ("signed_out", "signed_out"),
                            ("place_ended", "place_ended"),
                            ("level_changed", "level_changed"),
                            ("invitation_refused", "invitation_refused"),
                            ("consent_withdrawn", "consent_withdrawn"),
                            ("mail_stopped", "mail_stopped"),
                            ("mail_wanted", "mail_wanted"),
                            ("webhook_removed", "webhook_removed"),
                            ("device_removed", "device_removed"),
                            ("phone_removed", "phone_removed"),
                            ("link_ended", "link_ended"),
                            ("message_sent", "message_sent"),
                            ("notice_sent", "notice_sent"),
                        ]
                    ),
                ),
                ("subject", models.UUIDField(null=True)),
                ("detail", models.TextField(db_default="", default="")),
                ("relayed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("relayed_at__isnull", True)),
                        fields=["at", "id"],
                        name="journal_line_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("relayed_at__isnull", False)),
                        fields=["relayed_at"],
                        name="journal_line_by_age",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "account_erased",
                                    "password_changed",
                                    "address_changed",
                                    "signed_out_everywhere",
                                    "signed_out",
                                    "place_ended",
                                    "level_changed",
                                    "invitation_refused",
                                    "consent_withdrawn",
                                    "mail_stopped",
                                    "mail_wanted",
                                    "webhook_removed",
                                    "device_removed",
                                    "phone_removed",
                                    "link_ended",
                                    "message_sent",
                                    "notice_sent",
                                ],
                            )
                        ),
                        name="journal_line_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("relayed_at__isnull", True), ("subject__isnull", False)),
                            models.Q(("detail", ""), ("relayed_at__isnull", False), ("subject__isnull", True)),
                            _connector="OR",
                        ),
                        name="journal_line_emptied_once_relayed",
                    ),
                ],
            },
        ),
        migrations.RunSQL([FUNCTION], "DROP FUNCTION IF EXISTS diary_journal()"),
    ]
