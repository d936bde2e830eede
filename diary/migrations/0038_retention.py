"""Old lines of the access log may go, by one function and after a year at least; what went is counted.

The service still may only add lines and read them: it may call the function, which runs with its owner's rights, looks
at the database's clock and refuses to remove anything younger. Old code calls it never, and knows neither the new column
nor the new table.
"""

from django.db import migrations, models

KINDS = ["access_lines", "devices", "links", "notices"]

FUNCTIONS = r"""
CREATE OR REPLACE FUNCTION diary_is_old_line(at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT at < now() - interval '365 days'
$$;

-- A line of the access log may lose who it is about, and goes when it is old: what was done and when stays until then.
CREATE OR REPLACE FUNCTION diary_guard_accessline() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.at, NEW.action, NEW.resource) = (OLD.id, OLD.at, OLD.action, OLD.resource)
        AND (public.diary_is_forgotten(OLD.patient_id)
            OR public.diary_is_forgotten(OLD.actor_id)
                AND (NEW.patient_id, NEW.resource_id) IS NOT DISTINCT FROM (OLD.patient_id, OLD.resource_id))
    THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' AND public.diary_is_old_line(OLD.at) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

-- Removes lines from before that moment, so many at most; gives how many. Two at once do not wait for each other.
CREATE OR REPLACE FUNCTION diary_drop_old_lines(before timestamptz, most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    IF before IS NULL OR NOT public.diary_is_old_line(before) THEN
        RAISE EXCEPTION 'a line of the access log is kept for a year' USING ERRCODE = 'insufficient_privilege';
    END IF;
    WITH old AS (
        SELECT line.ctid AS place FROM public.diary_accessline line WHERE line.at < before
        LIMIT most FOR NO KEY UPDATE SKIP LOCKED
    )
    DELETE FROM public.diary_accessline WHERE ctid = ANY(ARRAY(SELECT place FROM old));
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

REVOKE ALL ON FUNCTION diary_is_old_line(timestamptz), diary_drop_old_lines(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION diary_drop_old_lines(timestamptz, integer) TO diary_service;
"""


class Migration(migrations.Migration):
    dependencies = [("diary", "0037_health_files_validated")]

    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.AddField("device", "signed_out_since", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="Retention",
            fields=[
                (
                    "kind",
                    models.TextField(choices=[(kind, kind) for kind in KINDS], primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField()),
                ("removed_ever", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("kind__in", KINDS)), name="retention_kind")],
            },
        ),
    ]
