"""The roles of the database, and guards that trust no setting.

1. Roles that are missing are made, without a login; `manage.py database_roles` gives them one, and hands the tables
over to `diary_owner`. 2. The service may add to the access log and to the history of consent, and read them; it owns
nothing, so it can switch nothing off. 3. What an erasure must do to these tables is one function, `diary_forget`: it
runs with its owner's rights, comes last, and forgets only an account and a diary that are not there any more. Digests of
their ids are kept, so that they cannot be put back under the same ids afterwards. 4. The guards let pass what concerns
ids that are forgotten, by these rows, and fire whatever `session_replication_role` says.

The code of the release before calls `diary_forget` with two arguments and just before it removes the account; it keeps
working as whom it ran until now, while both releases run. The service's role cannot call that one.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ROLES = r"""
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['diary_owner', 'diary_service', 'diary_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I', role);
            EXCEPTION
                WHEN duplicate_object OR unique_violation THEN NULL;  -- another database of this server was faster
                WHEN insufficient_privilege THEN
                    RAISE EXCEPTION 'there is no role %', role
                        USING HINT = 'Run manage.py database_roles as an administrator first: docs/operating.md.';
            END;
        END IF;
    END LOOP;
    IF pg_has_role((SELECT datdba FROM pg_catalog.pg_database WHERE datname = current_database()), 'USAGE') THEN
        EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    END IF;
END
$$;
"""

FORGETTING = r"""
CREATE TABLE IF NOT EXISTS diary_forgotten (digest bytea PRIMARY KEY);
COMMENT ON TABLE diary_forgotten IS 'SHA-256 of the ids of erased accounts and diaries: none of them comes back';

CREATE OR REPLACE FUNCTION diary_is_forgotten(id uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.diary_forgotten WHERE digest = sha256(uuid_send(id)))
$$;

CREATE OR REPLACE FUNCTION diary_refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

-- A line of the access log may only lose who it is about: what was done, with what and when stays.
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
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

-- A record of consent goes with the diary that it is about, and may lose the name of who acted.
CREATE OR REPLACE FUNCTION diary_guard_consentrecord() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND public.diary_is_forgotten(OLD.patient_id) THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND public.diary_is_forgotten(OLD.actor_id) AND NEW.actor_id IS NULL
        AND to_jsonb(NEW) - 'actor_id' = to_jsonb(OLD) - 'actor_id'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

-- Whoever was forgotten does not come back under the same id, nor does a living account get another one.
CREATE OR REPLACE FUNCTION diary_guard_identity() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.id <> OLD.id OR TG_OP = 'INSERT' AND public.diary_is_forgotten(NEW.id) THEN
        RAISE EXCEPTION 'an id of % is given once', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER id_once BEFORE INSERT OR UPDATE OF id ON diary_user
    FOR EACH ROW EXECUTE FUNCTION diary_guard_identity();
CREATE OR REPLACE TRIGGER id_once BEFORE INSERT OR UPDATE OF id ON diary_patient
    FOR EACH ROW EXECUTE FUNCTION diary_guard_identity();

ALTER TABLE diary_user ENABLE ALWAYS TRIGGER id_once;
ALTER TABLE diary_patient ENABLE ALWAYS TRIGGER id_once;
ALTER TABLE diary_consentrecord ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE diary_consentrecord ENABLE ALWAYS TRIGGER never_truncated;
ALTER TABLE diary_accessline ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE diary_accessline ENABLE ALWAYS TRIGGER never_truncated;

-- The salt is random and kept nowhere, so the lines of one account still belong together and nothing leads back to it.
-- Only its own diary and the circles that it was in are looked at: the work does not grow with everybody's log.
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
    UPDATE public.diary_accessline SET resource_id = NULL,
        patient_id = public.diary_pseudonym(patient_id, salt), actor_id = public.diary_pseudonym(actor_id, salt)
        WHERE patient_id = gone_patient;
    DELETE FROM public.diary_consentrecord WHERE patient_id = gone_patient;
    UPDATE public.diary_consentrecord SET actor_id = NULL WHERE actor_id = gone_user AND patient_id = ANY(circles);
END
$$;

-- Takes an account that was erased, its diary if it had one and its part in the `circles` of others out of both tables.
CREATE OR REPLACE FUNCTION diary_forget(gone_user uuid, gone_patient uuid, circles uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF gone_user IS NULL
        OR EXISTS (SELECT FROM public.diary_user WHERE id = gone_user)
        OR EXISTS (SELECT FROM public.diary_patient WHERE id = gone_patient OR user_id = gone_user)
    THEN
        RAISE EXCEPTION 'only what was erased is forgotten' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM public.diary_forget_lines(gone_user, gone_patient, circles);
END
$$;

CREATE OR REPLACE FUNCTION diary_forget(gone_user uuid, gone_patient uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.diary_erasurerequest WHERE user_id = gone_user) THEN
        RAISE EXCEPTION 'nobody asked to erase this account' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM public.diary_forget_lines(
        gone_user, gone_patient, ARRAY(SELECT patient_id FROM public.diary_caregiver WHERE user_id = gone_user)
    );
END
$$;
"""

# Of a table that is not named here, the service may do what Django does with one. `ALTER DEFAULT PRIVILEGES` holds for
# the tables of later migrations, where the same role runs them.
GRANTS = r"""
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO diary_service;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO diary_reader;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO diary_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO diary_service;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO diary_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON SEQUENCES TO diary_reader;

REVOKE ALL ON django_migrations, diary_forgotten, diary_accessline, diary_consentrecord FROM diary_service;
GRANT SELECT ON django_migrations, diary_forgotten, diary_accessline, diary_consentrecord TO diary_service;
GRANT INSERT ON diary_consentrecord TO diary_service;
GRANT INSERT (patient_id, at, actor_id, action, resource, resource_id) ON diary_accessline TO diary_service;

REVOKE ALL ON FUNCTION diary_is_forgotten(uuid), diary_forget_lines(uuid, uuid, uuid[]),
    diary_forget(uuid, uuid, uuid[]), diary_forget(uuid, uuid), diary_pseudonym(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION diary_forget(uuid, uuid, uuid[]) TO diary_service;
"""


class Migration(migrations.Migration):
    dependencies = [("diary", "0017_access_line_looks")]

    operations = [
        # Going back leaves them in place: the code of before works with them.
        migrations.RunSQL(ROLES, migrations.RunSQL.noop),
        migrations.RunSQL(FORGETTING, migrations.RunSQL.noop),
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
        # `diary_forget` removes the records, and the names in them; the service could not.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="consentrecord",
                    name="patient",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="consent_history",
                        to="diary.patient",
                    ),
                ),
                migrations.AlterField(
                    model_name="consentrecord",
                    name="caregiver",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="consent_history",
                        to="diary.caregiver",
                    ),
                ),
                migrations.AlterField(
                    model_name="consentrecord",
                    name="actor",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ]
        ),
    ]
