"""A shared link that was ended leaves a line for the journal (`diary.0045_journal_kept`)."""

from django.db import migrations

ENDED = [
    "SET lock_timeout = '5s'",
    """CREATE OR REPLACE TRIGGER journal_link_ended AFTER UPDATE OF ended_at ON papers_share FOR EACH ROW
        WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL)
        EXECUTE FUNCTION diary_journal('link_ended', 'id')""",
    "ALTER TABLE papers_share ENABLE ALWAYS TRIGGER journal_link_ended",
    "RESET lock_timeout",
]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("papers", "0001_shares"), ("diary", "0044_journal")]

    operations = [migrations.RunSQL(ENDED, "DROP TRIGGER IF EXISTS journal_link_ended ON papers_share")]
