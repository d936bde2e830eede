"""Names become names and each mailbox gets one spelling, before 0010 asks for it.

Safe while the code before it runs, in three steps: this one mends the rows there are, each by itself; 0010 adds the
constraints without a look at the rows (NOT VALID), which takes a lock for a moment; 0011 mends what the old code wrote
meanwhile and has the rows looked at, which holds up nobody. Until a deploy is over, processes of the old code are refused
what the new code refuses, and do not find the few accounts at an international domain by their password; sessions and
mails go on.
"""

from django.db import migrations

from diary.migrations._names_and_addresses import mend


class Migration(migrations.Migration):
    atomic = False  # no row stays locked while others are mended

    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("diary", "0008_logging_nudge"),
    ]

    operations = [
        migrations.RunPython(mend, migrations.RunPython.noop),
    ]
