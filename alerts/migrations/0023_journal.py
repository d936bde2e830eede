"""Messages that went out, and what people stopped, leave a line for the journal (`diary.0045_journal_kept`)."""

from django.db import migrations

TRIGGERS = {
    "message_sent": """AFTER UPDATE OF state ON alerts_delivery FOR EACH ROW
        WHEN (NEW.state = 'sent' AND OLD.state <> 'sent')
        EXECUTE FUNCTION diary_journal('message_sent', 'id')""",
    "mail_stopped": """AFTER INSERT ON alerts_unsubscription FOR EACH ROW
        EXECUTE FUNCTION diary_journal('mail_stopped', 'user_id', 'patient_id', 'tier')""",
    "mail_wanted": """AFTER DELETE ON alerts_unsubscription FOR EACH ROW
        EXECUTE FUNCTION diary_journal('mail_wanted', 'user_id', 'patient_id', 'tier')""",
    "webhook_removed": """AFTER UPDATE OF url ON alerts_webhook FOR EACH ROW
        WHEN (OLD.url IS NOT NULL AND NEW.url IS DISTINCT FROM OLD.url)
        EXECUTE FUNCTION diary_journal('webhook_removed', 'key')""",
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

    dependencies = [("alerts", "0022_delivery_by_provider_id"), ("diary", "0044_journal")]

    operations = [made(name) for name in TRIGGERS]
