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

-- Takes an account (and its diary, if it has one) out of both tables. Pseudonyms are random and kept nowhere else, so
-- the lines of one account still belong together and nothing leads back to it. Only the circles that the account was
-- in are looked at, so the work does not grow with everybody's log.
CREATE FUNCTION diary_forget(gone_user uuid, gone_patient uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    user_pseudonym uuid := gen_random_uuid();
    patient_pseudonym uuid := gen_random_uuid();
BEGIN
    PERFORM set_config('diary.forgetting', concat_ws(' ', gone_user, gone_patient), true);
    UPDATE diary_accessline SET actor_id = user_pseudonym
        WHERE actor_id = gone_user AND patient_id IN (SELECT patient_id FROM diary_caregiver WHERE user_id = gone_user);
    UPDATE diary_accessline SET patient_id = patient_pseudonym, resource_id = NULL,
        actor_id = CASE WHEN actor_id = gone_user THEN user_pseudonym ELSE actor_id END
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
DROP TRIGGER append_only ON diary_consentrecord;
DROP TRIGGER never_truncated ON diary_consentrecord;
DROP TRIGGER append_only ON diary_accessline;
DROP TRIGGER never_truncated ON diary_accessline;
DROP FUNCTION diary_guard_consentrecord();
DROP FUNCTION diary_guard_accessline();
DROP FUNCTION diary_refuse();
DROP FUNCTION diary_is_forgotten(uuid);
"""
