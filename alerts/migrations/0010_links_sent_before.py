"""Links that were sent before are good for their 30 days as well, and end with whatever ends links from now on.

Their tokens name no count; so each message is given its recipient's count as it is now. What older code sends while
this is deployed has none: its links open for 30 days, and end one by one or not at all.
"""

from django.db import migrations

BACKFILL = """
    UPDATE alerts_delivery d SET links_epoch = u.links_epoch, linked_at = coalesce(d.sent_at, d.created_at)
    FROM diary_user u
    WHERE u.id = d.recipient_id AND d.attempts > 0 AND d.links_epoch IS NULL
      AND coalesce(d.sent_at, d.created_at) > now() - interval '31 days'
"""


class Migration(migrations.Migration):
    dependencies = [("alerts", "0009_links_that_end")]

    operations = [migrations.RunSQL(BACKFILL, migrations.RunSQL.noop)]
