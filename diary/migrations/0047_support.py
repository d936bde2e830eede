"""Who may use the support pages, what support looked at and did, and why, in its own log and in that of a diary.

The service reads who is staff and makes no one staff; to the log it adds, and reads it. The guards of the access log are
those of `diary.0040`, whole: a reason is as untouchable as a recipient, and goes with the erasure of the diary that it
is about. The code of the release before names neither the column nor the tables.
"""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

ACTS = [
    "searched", "looked", "signed_out", "factor_removal_asked", "factors_kept", "invitation_resent",
    "deliveries_retried", "endpoint_marked", "erased",
]  # fmt: skip
WAYS = ["page", "command"]
REASON = r"^[^\u0001-\u001f\u007f-\u009f]{8,250}$"

_GUARD = r"""
CREATE OR REPLACE FUNCTION diary_guard_accessline() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.at, NEW.action, NEW.resource) = (OLD.id, OLD.at, OLD.action, OLD.resource)
        AND (public.diary_is_forgotten(OLD.patient_id)
            OR public.diary_is_forgotten(OLD.actor_id)
                AND (NEW.patient_id, NEW.resource_id, NEW.recipient{new})
                    IS NOT DISTINCT FROM (OLD.patient_id, OLD.resource_id, OLD.recipient{old}))
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
    UPDATE public.diary_accessline SET resource_id = NULL, recipient = NULL{gone},
        patient_id = public.diary_pseudonym(patient_id, salt), actor_id = public.diary_pseudonym(actor_id, salt)
        WHERE patient_id = gone_patient;
    {support}DELETE FROM public.diary_consentrecord WHERE patient_id = gone_patient;
    UPDATE public.diary_consentrecord SET actor_id = NULL WHERE actor_id = gone_user AND patient_id = ANY(circles);
END
$$;

-- Removes lines from before that moment, so many of each log at most; gives how many. Two at once do not wait.
CREATE OR REPLACE FUNCTION diary_drop_old_lines(before timestamptz, most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone bigint;{declared}
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
    {dropped}
END
$$;
"""
_FORGET_SUPPORT = """UPDATE public.diary_supportline SET subject = NULL, reason = NULL,
        account = public.diary_pseudonym(account, salt)
        WHERE account = gone_user;
    """
_DROP_SUPPORT = """WITH old AS (
        SELECT line.id FROM public.diary_supportline line WHERE line.at < before
        LIMIT most FOR NO KEY UPDATE SKIP LOCKED
    )
    DELETE FROM public.diary_supportline line USING old WHERE line.id = old.id;
    GET DIAGNOSTICS of_support = ROW_COUNT;
    RETURN gone + of_support;"""


def guards(**parts: str) -> str:
    """The functions with these parts; their own braces are the empty array's only, so no formatting is used."""
    sql = _GUARD
    for name, part in parts.items():
        sql = sql.replace("{" + name + "}", part)
    return sql


WITH_SUPPORT = guards(
    new=", NEW.reason",
    old=", OLD.reason",
    gone=", reason = NULL",
    support=_FORGET_SUPPORT,
    declared="\n    of_support bigint;",
    dropped=_DROP_SUPPORT,
)
WITHOUT = guards(new="", old="", gone="", support="", declared="", dropped="RETURN gone;")

TABLES = r"""
ALTER TABLE diary_supportline ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
ALTER TABLE diary_supportstaff ADD CONSTRAINT diary_supportstaff_user
    FOREIGN KEY (user_id) REFERENCES diary_user ON DELETE CASCADE;

-- A line of support's may only lose whose account it is about, and why; it goes when it is old.
CREATE OR REPLACE FUNCTION diary_guard_supportline() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND public.diary_is_forgotten(OLD.account)
        AND (NEW.id, NEW.at, NEW.staff, NEW.way, NEW.act) = (OLD.id, OLD.at, OLD.staff, OLD.way, OLD.act)
    THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' AND public.diary_is_old_line(OLD.at) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON diary_supportline
    FOR EACH ROW EXECUTE FUNCTION diary_guard_supportline();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON diary_supportline
    FOR EACH STATEMENT EXECUTE FUNCTION diary_refuse();
ALTER TABLE diary_supportline ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE diary_supportline ENABLE ALWAYS TRIGGER never_truncated;

REVOKE ALL ON diary_supportline, diary_supportstaff FROM diary_service;
GRANT SELECT ON diary_supportline, diary_supportstaff TO diary_service;
GRANT INSERT (at, staff, way, act, account, subject, reason) ON diary_supportline TO diary_service;
GRANT INSERT (reason) ON diary_accessline TO diary_service;
"""


class Migration(migrations.Migration):
    dependencies = [("diary", "0046_diaries_vacuumed_often")]

    operations = [
        migrations.AddField("accessline", "reason", models.TextField(null=True)),
        migrations.CreateModel(
            name="SupportStaff",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SupportLine",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("staff", models.TextField()),
                ("way", models.TextField(choices=[(way, way) for way in WAYS])),
                ("act", models.TextField(choices=[(act, act) for act in ACTS])),
                ("account", models.UUIDField(null=True)),
                ("subject", models.UUIDField(null=True)),
                ("reason", models.TextField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(name="support_line_account", fields=["account", "id"]),
                    django.contrib.postgres.indexes.BrinIndex(
                        name="support_line_at", fields=["at"], autosummarize=True
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("way__in", WAYS)), name="support_line_way"),
                    models.CheckConstraint(condition=models.Q(("act__in", ACTS)), name="support_line_act"),
                    models.CheckConstraint(
                        condition=models.Q(("staff__regex", r"^.{1,254}$")), name="support_line_staff"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason__isnull", True), ("reason__regex", REASON), _connector="OR"),
                        name="support_line_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(TABLES, "DROP FUNCTION diary_guard_supportline() CASCADE"),
        migrations.RunSQL(WITH_SUPPORT, WITHOUT),
        AddConstraintNotValid(
            "accessline",
            models.CheckConstraint(
                condition=models.Q(("reason__isnull", True), ("reason__regex", REASON), _connector="OR"),
                name="access_line_reason",
            ),
        ),
    ]
