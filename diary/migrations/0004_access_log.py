"""The access log, and what keeps it and the history of consent append-only.

The guards hold for every role, the tables' owner included. What an erasure must do to these tables is one function,
`diary_forget`: it runs with its owner's rights, so a role that serves requests needs no more than INSERT and SELECT on
them. It sets `diary.forgetting` to the ids that are to go, for the length of its own work, and the guards let pass what
concerns these ids and nothing else.
"""

from django.db import migrations, models

GUARDS = r"""
CREATE FUNCTION diary_is_forgotten(id uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(id::text = ANY(string_to_array(current_setting('diary.forgetting', true), ' ')), false)
$$;

CREATE FUNCTION diary_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

-- A line of the access log may only lose who it is about: what was done, with what and when stays.
CREATE FUNCTION diary_guard_accessline() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (diary_is_forgotten(OLD.patient_id) OR diary_is_forgotten(OLD.actor_id))
        AND (NEW.id, NEW.at, NEW.action, NEW.resource) = (OLD.id, OLD.at, OLD.action, OLD.resource)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

-- A record of consent goes with the diary that it is about, and may lose the name of who acted.
CREATE FUNCTION diary_guard_consentrecord() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND diary_is_forgotten(OLD.patient_id) THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND diary_is_forgotten(OLD.actor_id) AND NEW.actor_id IS NULL
        AND to_jsonb(NEW) - 'actor_id' = to_jsonb(OLD) - 'actor_id'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON diary_accessline
    FOR EACH ROW EXECUTE FUNCTION diary_guard_accessline();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON diary_accessline
    FOR EACH STATEMENT EXECUTE FUNCTION diary_refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON diary_consentrecord
    FOR EACH ROW EXECUTE FUNCTION diary_guard_consentrecord();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON diary_consentrecord
    FOR EACH STATEMENT EXECUTE FUNCTION diary_refuse();

CREATE FUNCTION diary_pseudonym(id uuid, salt text) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(substr(sha256(convert_to(salt || id::text, 'UTF8')), 1, 16), 'hex')::uuid
$$;

-- Takes an account (and its diary, if it has one) out of both tables. The salt is random and kept nowhere, so the
-- lines of one account still belong together and nothing leads back to it. Only its own diary and the circles that it
-- was in are looked at, so the work does not grow with everybody's log.
CREATE FUNCTION diary_forget(gone_user uuid, gone_patient uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    salt text := gen_random_uuid()::text || gen_random_uuid()::text;
BEGIN
    PERFORM set_config('diary.forgetting', concat_ws(' ', gone_user, gone_patient), true);
    UPDATE diary_accessline SET actor_id = diary_pseudonym(actor_id, salt)
        WHERE actor_id = gone_user AND patient_id IN (SELECT patient_id FROM diary_caregiver WHERE user_id = gone_user);
    UPDATE diary_accessline SET resource_id = NULL,
        patient_id = diary_pseudonym(patient_id, salt), actor_id = diary_pseudonym(actor_id, salt)
        WHERE patient_id = gone_patient;
    DELETE FROM diary_consentrecord WHERE patient_id = gone_patient;
    UPDATE diary_consentrecord SET actor_id = NULL
        WHERE actor_id = gone_user AND patient_id IN (SELECT patient_id FROM diary_caregiver WHERE user_id = gone_user);
    PERFORM set_config('diary.forgetting', '', true);
END
$$;
REVOKE ALL ON FUNCTION diary_forget(uuid, uuid) FROM PUBLIC;
"""

NO_GUARDS = r"""
DROP FUNCTION diary_forget(uuid, uuid);
DROP FUNCTION diary_pseudonym(uuid, text);
DROP TRIGGER append_only ON diary_consentrecord;
DROP TRIGGER never_truncated ON diary_consentrecord;
DROP TRIGGER append_only ON diary_accessline;
DROP TRIGGER never_truncated ON diary_accessline;
DROP FUNCTION diary_guard_consentrecord();
DROP FUNCTION diary_guard_accessline();
DROP FUNCTION diary_refuse();
DROP FUNCTION diary_is_forgotten(uuid);
"""

ACTIONS = [
    "read", "written", "deleted", "synced", "exported", "imported",
    "invited", "accepted", "level_changed", "revoked", "left",
    "acknowledged", "snoozed", "outcome_given",
]  # fmt: skip
IDENTITY = "ALTER TABLE diary_accessline ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY"


class Migration(migrations.Migration):
    dependencies = [("diary", "0003_caregiver_mail")]

    operations = [
        migrations.CreateModel(
            name="AccessLine",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "patient_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("patient_id", models.UUIDField()),
                ("id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("actor_id", models.UUIDField()),
                ("action", models.TextField(choices=[(word, word) for word in ACTIONS])),
                ("resource", models.TextField()),
                ("resource_id", models.UUIDField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("action__in", ACTIONS)), name="access_line_action"),
                    models.CheckConstraint(
                        condition=models.Q(("resource__regex", "^[a-z][a-z-]{0,39}$")), name="access_line_resource"
                    ),
                ],
            },
        ),
        migrations.RunSQL(IDENTITY, migrations.RunSQL.noop),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
