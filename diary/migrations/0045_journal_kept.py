"""Whatever is taken away from someone, and whatever is sent, leaves a line for the journal outside the database.

Triggers write it in the transaction of what it tells: so it cannot be left out, by a path that someone adds later or by
the code of the release before, which knows nothing of it. Each trigger is committed by itself, and waits for at most
five seconds for its table; a migration that had to give up is run again.
"""

from django.db import migrations

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

    dependencies = [("diary", "0044_journal")]

    operations = [made(name) for name in TRIGGERS]
