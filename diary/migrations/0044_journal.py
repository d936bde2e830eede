"""Whatever is taken away from someone, and whatever is sent, leaves a line for the journal outside the database.

Triggers write it in the transaction of what it tells: so it cannot be left out, by a path that someone adds later or by
the code of the release before, which knows nothing of it. Each trigger is committed by itself, and waits for at most
five seconds for its table; a migration that had to give up is run again.
"""

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
TRIGGERS = {
    "account_erased": "AFTER DELETE ON diary_user FOR EACH ROW EXECUTE FUNCTION diary_journal('account_erased', 'id')",
    "password_changed": """AFTER UPDATE OF credentials_epoch ON diary_user FOR EACH ROW
        WHEN (NEW.credentials_epoch <> OLD.credentials_epoch AND NEW.password <> OLD.password)
        EXECUTE FUNCTION diary_journal('password_changed', 'id', 'credentials_epoch', 'recovered_at')""",
    "address_changed": """AFTER UPDATE OF email ON diary_user FOR EACH ROW WHEN (NEW.email <> OLD.email)
        EXECUTE FUNCTION diary_journal('address_changed', 'id')""",
    "signed_out_everywhere": """AFTER UPDATE OF credentials_epoch ON diary_user FOR EACH ROW
        WHEN (NEW.credentials_epoch <> OLD.credentials_epoch AND NEW.password = OLD.password)
        EXECUTE FUNCTION diary_journal('signed_out_everywhere', 'id', 'credentials_epoch', 'recovered_at')""",
    "signed_out": """AFTER DELETE ON diary_session FOR EACH ROW
        WHEN (OLD.user_id IS NOT NULL AND OLD.expire_date > now())
        EXECUTE FUNCTION diary_journal('signed_out', 'id')""",
    "place_ended": """AFTER INSERT ON diary_consentrecord FOR EACH ROW
        WHEN (NEW.action IN ('revoked', 'left', 'refused'))
        EXECUTE FUNCTION diary_journal('place_ended', 'caregiver_id', 'action')""",
    "level_changed": """AFTER INSERT ON diary_consentrecord FOR EACH ROW WHEN (NEW.action = 'level_changed')
        EXECUTE FUNCTION diary_journal('level_changed', 'caregiver_id', 'level')""",
    "invitation_refused": """AFTER INSERT ON diary_invitationrefusal FOR EACH ROW
        EXECUTE FUNCTION diary_journal('invitation_refused', 'patient_id', 'address_digest')""",
    "consent_withdrawn": """AFTER INSERT ON diary_healthconsent FOR EACH ROW WHEN (NOT NEW.given)
        EXECUTE FUNCTION diary_journal('consent_withdrawn', 'user_id')""",
    "device_removed": """AFTER UPDATE OF deleted ON diary_device FOR EACH ROW WHEN (NEW.deleted AND NOT OLD.deleted)
        EXECUTE FUNCTION diary_journal('device_removed', 'user_id', 'id')""",
    "phone_removed": """AFTER UPDATE OF number ON diary_phone FOR EACH ROW
        WHEN (OLD.number IS NOT NULL AND NEW.number IS DISTINCT FROM OLD.number)
        EXECUTE FUNCTION diary_journal('phone_removed', 'user_id')""",
    "phone_deleted": """AFTER DELETE ON diary_phone FOR EACH ROW WHEN (OLD.number IS NOT NULL)
        EXECUTE FUNCTION diary_journal('phone_removed', 'user_id')""",
    "notice_sent": "AFTER DELETE ON diary_notice FOR EACH ROW EXECUTE FUNCTION diary_journal('notice_sent', 'id')",
}
TABLES = {name: words.partition(" ON ")[2].split()[0] for name, words in TRIGGERS.items()}


def made(name: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        [
            "SET lock_timeout = '5s'",
            f"CREATE OR REPLACE TRIGGER journal_{name} {TRIGGERS[name]}",
            f"ALTER TABLE {TABLES[name]} ENABLE ALWAYS TRIGGER journal_{name}",
            "RESET lock_timeout",
        ],
        f"DROP TRIGGER IF EXISTS journal_{name} ON {TABLES[name]}",
    )


class Migration(migrations.Migration):
    atomic = False

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
        *(made(name) for name in TRIGGERS),
    ]
