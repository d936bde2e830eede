"""Why a delivery was dropped, in a column of its own; so far it was found by the text in `last_error`.

Safe while the release before this one runs: it knows nothing of the column, so a trigger reads the reason from the text
that it writes. The constraint binds every new write and takes a lock for a moment only (NOT VALID); 0017 fills in what
was stored before and has it looked at. The trigger goes in the release after this one.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

REASONS = [
    "superseded",
    "read",
    "unsubscribed",
    "no_consent",
    "never_told",
    "alert_open",
    "alert_acknowledged",
    "alert_closed",
    "alert_withdrawn",
]
TRIGGER = """
CREATE FUNCTION alerts_drop_reason() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.drop_reason = CASE NEW.last_error
        WHEN 'withdrawn' THEN 'alert_withdrawn' ELSE replace(NEW.last_error, ' ', '_') END;
    RETURN NEW;
END
$$;
CREATE TRIGGER drop_reason BEFORE INSERT OR UPDATE ON alerts_delivery
    FOR EACH ROW WHEN (NEW.state = 'dropped' AND NEW.drop_reason IS NULL) EXECUTE FUNCTION alerts_drop_reason();
ALTER TABLE alerts_delivery ENABLE ALWAYS TRIGGER drop_reason;
"""
NO_TRIGGER = """
DROP TRIGGER drop_reason ON alerts_delivery;
DROP FUNCTION alerts_drop_reason();
"""


class Migration(migrations.Migration):
    dependencies = [("alerts", "0015_check_up_validated")]

    operations = [
        migrations.AddField(
            "delivery", "drop_reason", models.TextField(choices=[(word, word) for word in REASONS], null=True)
        ),
        migrations.RunSQL(TRIGGER, NO_TRIGGER),
        AddConstraintNotValid(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("drop_reason__in", REASONS), ("state", "dropped"))
                | models.Q(models.Q(("state", "dropped"), _negated=True), ("drop_reason__isnull", True)),
                name="delivery_drop_reason",
            ),
        ),
    ]
