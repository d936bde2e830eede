"""Each delivery that was dropped before has its reason too; then the constraint is looked at.

Ten thousand rows of the table at a time, each a transaction, in the order of their ids. Nobody waits for these rows but
the erasure of their diary. Begun again, it changes nothing twice.
"""

from typing import Any
from uuid import UUID

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations

AT_A_TIME = 10_000
# The trigger of 0016 fills the reason in; the update need only touch the row.
FILL_IN = """
    WITH part AS (SELECT id FROM alerts_delivery WHERE id > %(last)s ORDER BY id LIMIT %(most)s), filled AS (
        UPDATE alerts_delivery SET drop_reason = NULL
        WHERE id IN (SELECT id FROM part) AND state = 'dropped' AND drop_reason IS NULL
    )
    SELECT id FROM part ORDER BY id DESC LIMIT 1
"""


def fill_in(_apps: Any, editor: Any) -> None:
    last = UUID(int=0)
    with editor.connection.cursor() as cursor:
        while True:
            cursor.execute(FILL_IN, {"last": last, "most": AT_A_TIME})
            if (found := cursor.fetchone()) is None:
                return
            last = found[0]


class Migration(migrations.Migration):
    atomic = False  # no row stays locked while others are filled in

    dependencies = [("alerts", "0016_drop_reason")]

    operations = [
        migrations.RunPython(fill_in, migrations.RunPython.noop),
        ValidateConstraint("delivery", "delivery_drop_reason"),
    ]
