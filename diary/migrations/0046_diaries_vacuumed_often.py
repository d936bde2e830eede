"""A write and the screening after it each leave a dead version of the diary's row, and none in its place: whether it
waits to be screened is in an index. With PostgreSQL's fifth of a table a million diaries would take 100,000 writes until
they are cleaned, and slow down meanwhile (docs/performance.md).
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("diary", "0045_journal_kept")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE diary_patient SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0)",
            "ALTER TABLE diary_patient RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_cost_delay)",
        )
    ]
