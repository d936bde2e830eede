"""A line of the access log may say for whom a shared link was opened, in their own words.

It goes with the erasure of the diary that it is about, and of no one else. The code of the release before leaves it out.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

_GUARD = r"""
CREATE OR REPLACE FUNCTION diary_guard_accessline() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.at, NEW.action, NEW.resource) = (OLD.id, OLD.at, OLD.action, OLD.resource)
        AND (public.diary_is_forgotten(OLD.patient_id)
            OR public.diary_is_forgotten(OLD.actor_id)
                AND (NEW.patient_id, NEW.resource_id{new}) IS NOT DISTINCT FROM (OLD.patient_id, OLD.resource_id{old}))
    THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' AND public.diary_is_old_line(OLD.at) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE OR REPLACE FUNCTION diary_forget_lines(gone_user uuid, gone_patient uuid, circles uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    salt text := gen_random_uuid()::text || gen_random_uuid()::text;
BEGIN
    INSERT INTO public.diary_forgotten
        SELECT sha256(uuid_send(id)) FROM unnest(ARRAY[gone_user, gone_patient]) AS id WHERE id IS NOT NULL
        ON CONFLICT DO NOTHING;
    UPDATE public.diary_accessline SET actor_id = public.diary_pseudonym(actor_id, salt)
        WHERE actor_id = gone_user AND patient_id = ANY(circles);
    UPDATE public.diary_accessline SET resource_id = NULL{gone},
        patient_id = public.diary_pseudonym(patient_id, salt), actor_id = public.diary_pseudonym(actor_id, salt)
        WHERE patient_id = gone_patient;
    DELETE FROM public.diary_consentrecord WHERE patient_id = gone_patient;
    UPDATE public.diary_consentrecord SET actor_id = NULL WHERE actor_id = gone_user AND patient_id = ANY(circles);
END
$$;
"""
WITH_RECIPIENT = _GUARD.format(new=", NEW.recipient", old=", OLD.recipient", gone=", recipient = NULL")
WITHOUT = _GUARD.format(new="", old="", gone="")
GRANT = "GRANT INSERT (recipient) ON diary_accessline TO diary_service"


class Migration(migrations.Migration):
    dependencies = [("diary", "0039_old_access_lines")]

    operations = [
        migrations.AddField("accessline", "recipient", models.TextField(null=True)),
        migrations.RunSQL(WITH_RECIPIENT, WITHOUT),
        migrations.RunSQL(GRANT, migrations.RunSQL.noop),
        AddConstraintNotValid(
            "accessline",
            models.CheckConstraint(
                condition=models.Q(
                    ("recipient__isnull", True),
                    models.Q(("recipient__regex", "^.{1,120}$"), ("resource", "share")),
                    _connector="OR",
                ),
                name="access_line_recipient",
            ),
        ),
    ]
