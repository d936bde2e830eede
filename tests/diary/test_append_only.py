"""Whoever has the service's own login can add to the access log, and neither change nor remove a line of it."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import Error, ProgrammingError, connection, transaction
from django.utils import timezone
from psycopg.errors import InsufficientPrivilege

from diary.account.erase import erase
from diary.identity.provisioning import register
from diary.models import AccessLine, ConsentRecord, ErasureRequest, Patient, User
from tests.cast import Person
from tests.roles import Role, beside, connected_as

REWRITING = "UPDATE diary_accessline SET actor_id = gen_random_uuid()"
FORGETTING = "SELECT public.diary_forget('{user}', '{patient}', '{{}}')"
ATTACKS = [
    REWRITING,
    FORGETTING,
    "UPDATE diary_accessline SET action = 'written'",
    "UPDATE diary_consentrecord SET actor_id = NULL",
    "DELETE FROM diary_accessline",
    "DELETE FROM diary_consentrecord",
    "TRUNCATE diary_accessline",
    "TRUNCATE diary_patient, diary_user CASCADE",
    "MERGE INTO diary_accessline USING diary_user u ON actor_id = u.id WHEN MATCHED THEN DELETE",
    "SELECT * FROM diary_accessline FOR UPDATE",
    "LOCK TABLE diary_accessline IN ACCESS EXCLUSIVE MODE",
    "INSERT INTO diary_accessline (id, patient_id, actor_id, at, action, resource) OVERRIDING SYSTEM VALUE"
    " SELECT id, patient_id, actor_id, at, 'written', resource FROM diary_accessline"
    " ON CONFLICT (patient_id, id) DO UPDATE SET action = excluded.action",
    "INSERT INTO diary_accessline (id, patient_id, actor_id, at, action, resource) OVERRIDING SYSTEM VALUE"
    " VALUES (0, '{patient}', '{user}', now(), 'read', 'entries')",
    "SELECT diary_forget('{user}', NULL, ARRAY['{patient}']::uuid[])",
    "SELECT diary_forget(gen_random_uuid(), '{patient}', '{{}}')",
    "SELECT diary_forget(NULL, '{patient}', '{{}}')",
    "SELECT diary_forget('{user}', '{patient}')",
    "SELECT diary_forget_lines('{user}', '{patient}', '{{}}')",
    "SELECT diary_drop_old_lines(now(), 10)",
    "SELECT diary_drop_old_lines(now() - interval '364 days', 10)",
    "SELECT diary_drop_old_lines(NULL, 10)",
    "SELECT diary_drop_old_lines('infinity', 10)",
    "CREATE OR REPLACE FUNCTION public.diary_is_old_line(at timestamptz) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "SELECT diary_is_old_line(now())",
    "INSERT INTO diary_forgotten VALUES (sha256(uuid_send('{user}'::uuid)))",
    "UPDATE diary_user SET id = gen_random_uuid()",
    "UPDATE diary_patient SET id = gen_random_uuid()",
    "SET session_replication_role = replica",
    "SELECT set_config('session_replication_role', 'replica', false)",
    "ALTER ROLE diary_service SET session_replication_role = replica",
    "ALTER DATABASE {database} SET session_replication_role = replica",
    "SET ROLE diary_owner",
    "SET SESSION AUTHORIZATION diary_owner",
    "ALTER ROLE diary_service SUPERUSER",
    "ALTER ROLE diary_owner PASSWORD 'known'",
    "GRANT diary_owner TO diary_service",
    "ALTER DEFAULT PRIVILEGES FOR ROLE diary_owner GRANT ALL ON TABLES TO diary_service",
    "ALTER TABLE diary_accessline DISABLE TRIGGER ALL",
    "ALTER TABLE diary_accessline DISABLE TRIGGER append_only",
    "ALTER TABLE diary_accessline ENABLE REPLICA TRIGGER append_only",
    "ALTER TABLE diary_accessline OWNER TO diary_service",
    "ALTER TABLE diary_accessline RENAME TO another",
    "ALTER TABLE diary_accessline DROP COLUMN at",
    "ALTER TABLE diary_user DISABLE TRIGGER id_once",
    "DROP TABLE diary_accessline CASCADE",
    "DROP TRIGGER append_only ON diary_accessline",
    "DROP FUNCTION diary_guard_accessline() CASCADE",
    "DROP OWNED BY diary_owner CASCADE",
    "DROP SCHEMA public CASCADE",
    "CREATE OR REPLACE FUNCTION public.diary_guard_accessline() RETURNS trigger LANGUAGE plpgsql AS"
    " 'BEGIN RETURN NEW; END'",
    "CREATE OR REPLACE FUNCTION public.diary_is_forgotten(id uuid) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "ALTER FUNCTION public.diary_forget(uuid, uuid, uuid[]) SET search_path = pg_temp",
    "ALTER FUNCTION public.diary_forget(uuid, uuid, uuid[]) SECURITY INVOKER",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'",
    "CREATE TEMPORARY TABLE diary_user (id uuid)",
    "CREATE TABLE public.mine (n int)",
    "CREATE SCHEMA mine",
    "CREATE VIEW public.mine AS SELECT * FROM diary_accessline",
    "CREATE RULE mine AS ON INSERT TO diary_accessline DO INSTEAD NOTHING",
    "CREATE TRIGGER mine BEFORE INSERT ON diary_accessline FOR EACH ROW EXECUTE FUNCTION diary_refuse()",
    "CREATE POLICY mine ON diary_accessline USING (false)",
    "CREATE EXTENSION dblink",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('postgresql.conf')",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('diary', '0017_mine', now())",
]


@pytest.fixture
def lines(alice: Person) -> Iterator[list[object]]:
    """What is noted about Alice, which must be the same in the end."""
    alice.post("patients/me/caregivers", {"email": "bob@example.org", "level": "read"})
    alice.get("patients/me/profile")
    before = noted()
    assert len(before) == 3
    yield before
    assert noted() == before


def noted() -> list[object]:
    return [*AccessLine.objects.order_by("id").values(), *ConsentRecord.objects.order_by("id").values()]


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def named(attack: str, person: Person) -> str:
    database = connection.settings_dict["NAME"]
    return attack.format(user=person.id, patient=person.patient_id, database=database)


def test_the_tests_run_as_the_service_does(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, session_user, rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("diary_service", "diary_service", False)


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_service_cannot_rewrite_history(alice: Person, lines: list[object], attack: str) -> None:
    with pytest.raises(Error) as refused, transaction.atomic():
        execute(named(attack, alice))
    assert isinstance(refused.value.__cause__, InsufficientPrivilege), refused.value


def test_no_setting_opens_the_log(alice: Person, lines: list[object]) -> None:
    execute(f"SELECT set_config('diary.forgetting', '{alice.id} {alice.patient_id}', true)")
    for attack in (REWRITING, FORGETTING):
        with pytest.raises(ProgrammingError, match=r"permission denied|erased"), transaction.atomic():
            execute(named(attack, alice))


def test_an_account_cannot_be_forgotten_and_put_back(alice: Person, lines: list[object]) -> None:
    """Foreign keys wait for the end of the transaction: without this its rows could go for a moment and come back."""
    user, patient = User.objects.values().get(pk=alice.id), Patient.objects.values().get(pk=alice.patient_id)
    for put_back in (lambda: User.objects.create(**user), lambda: Patient.objects.create(**patient)):
        with transaction.atomic():
            execute(f"DELETE FROM diary_patient WHERE id = '{alice.patient_id}'")
            execute(f"DELETE FROM diary_user WHERE id = '{alice.id}'")
            execute(f"SELECT diary_forget('{alice.id}', '{alice.patient_id}', '{{}}')")
            assert noted() != lines
            with pytest.raises(ProgrammingError, match="is given once"), transaction.atomic():
                put_back()
            transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_not_even_the_owner_or_a_superuser_rewrites_it_with_the_guards_up(alice: Person, lines: list[object]) -> None:
    changes = [
        "UPDATE diary_accessline SET action = 'written'",
        "DELETE FROM diary_accessline",
        "TRUNCATE diary_accessline",
        "UPDATE diary_consentrecord SET level = 'log'",
        "DELETE FROM diary_consentrecord",
        "TRUNCATE diary_consentrecord",
    ]
    roles: tuple[Role, ...] = ("owner", "administrator")
    for role in roles:
        with beside(role) as another:
            another.execute(f"SELECT set_config('diary.forgetting', '{alice.id} {alice.patient_id}', false)")
            if role == "administrator":
                another.execute("SET session_replication_role = replica")
            for change in changes:
                with pytest.raises(InsufficientPrivilege, match="append-only"):
                    another.execute(change.encode())
            with pytest.raises(InsufficientPrivilege, match="erased"):
                another.execute(named(FORGETTING, alice).encode())


@pytest.mark.django_db(transaction=True)
def test_temporary_tables_of_the_same_name_mislead_nobody(alice: Person, lines: list[object]) -> None:
    database = connection.settings_dict["NAME"]
    with beside("owner") as owner:
        owner.execute(f"GRANT TEMPORARY ON DATABASE {database} TO diary_service")
        try:
            with beside("service") as service:
                for table in ("diary_user", "diary_patient", "diary_forgotten"):
                    service.execute(f"CREATE TEMPORARY TABLE {table} (LIKE public.{table})")
                service.execute(
                    "CREATE FUNCTION pg_temp.uuid_send(uuid) RETURNS bytea LANGUAGE sql AS 'SELECT NULL::bytea'"
                )
                service.execute("SET search_path = pg_temp, public")
                with pytest.raises(InsufficientPrivilege, match="erased"):
                    service.execute(named(FORGETTING, alice).encode())
        finally:
            owner.execute(f"REVOKE TEMPORARY ON DATABASE {database} FROM diary_service")


def test_the_service_erases_an_account_all_the_same(alice: Person) -> None:
    alice.get("patients/me/profile")
    erase(user_id=alice.id, now=timezone.now())
    line = AccessLine.objects.get()
    assert alice.id not in (line.actor_id, line.patient_id)
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_release_before_erases_as_whom_it_ran_until_now(alice: Person, bob: Person) -> None:
    alice.get("patients/me/profile")
    alice.post("patients/me/caregivers", {"email": "bob@example.org", "level": "read"})
    forgetting = f"SELECT diary_forget('{alice.id}', '{alice.patient_id}')"
    with connected_as("administrator"):
        with pytest.raises(ProgrammingError, match="nobody asked"), transaction.atomic():
            execute(forgetting)
        ErasureRequest.objects.create(user=alice.user, code_digest="", session_digest="", expires_at=timezone.now())
        with transaction.atomic():
            execute(forgetting)
            Patient.objects.get(pk=alice.patient_id).delete()
            User.objects.get(pk=alice.id).delete()
    assert not AccessLine.objects.filter(patient_id=alice.patient_id).exists()
    assert AccessLine.objects.count() == 2
    assert not ConsentRecord.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_reader_reads_and_writes_nothing(alice: Person) -> None:
    alice.get("patients/me/profile")
    with beside("administrator") as reader:
        reader.execute("SET ROLE diary_reader")
        assert reader.execute("SELECT count(*) FROM diary_accessline").fetchone() == (1,)
        for change in ("DELETE FROM diary_entry", "INSERT INTO diary_forgotten VALUES ('x')", REWRITING):
            with pytest.raises(InsufficientPrivilege):
                reader.execute(change.encode())


MINE = "'public'::regnamespace"
PATH = "'{\"search_path=pg_catalog, public, pg_temp\"}'"
TABLES = f"SELECT relname FROM pg_class WHERE relnamespace = {MINE} AND relkind = 'r'"
FUNCTIONS = f"SELECT proname FROM pg_proc WHERE pronamespace = {MINE}"
GUARDS = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
READ_ONLY = {"django_migrations", "diary_forgotten", "diary_supportstaff"}
APPEND_ONLY = {"diary_accessline", "diary_consentrecord", "diary_supportline"}
UNCHANGED = "diary_healthconsent"
"""Never rewritten; it goes with its account."""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (f"SELECT relname FROM pg_class WHERE relnamespace = {MINE} AND relowner <> 'diary_owner'::regrole", set()),
        (f"{FUNCTIONS} AND proowner <> 'diary_owner'::regrole", set()),
        (f"{FUNCTIONS} AND (prosecdef OR prorettype = 'trigger'::regtype) AND NOT proconfig @> {PATH}", set()),
        (
            f"{FUNCTIONS} AND prorettype <> 'trigger'::regtype AND has_function_privilege(oid, 'EXECUTE')",
            {"diary_forget", "diary_drop_old_lines", "diary_still"},
        ),
        (
            f"{GUARDS} AND tgenabled = 'A' AND tgname NOT LIKE 'journal_%'",
            {"diary_user", "diary_patient", "alerts_delivery", UNCHANGED, *APPEND_ONLY},
        ),
        (f"{GUARDS} AND tgenabled <> 'A'", set()),
        (f"{TABLES} AND NOT has_any_column_privilege(oid, 'INSERT')", READ_ONLY),
        (f"{TABLES} AND NOT has_any_column_privilege(oid, 'UPDATE')", READ_ONLY | APPEND_ONLY | {UNCHANGED}),
        (f"{TABLES} AND NOT has_table_privilege(oid, 'DELETE')", READ_ONLY | APPEND_ONLY),
        (f"{TABLES} AND has_table_privilege(oid, 'TRUNCATE, TRIGGER, REFERENCES, MAINTAIN')", set()),
    ],
)
def test_the_service_owns_nothing_and_may_do_what_it_needs(db: None, question: str, answer: set[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(question)
        assert {name for (name,) in cursor.fetchall()} == answer


def test_a_new_account_gets_a_new_id(db: None) -> None:
    user = register(email="alice@example.org", password=None, name="Alice", now=timezone.now())
    erase(user_id=user.id, now=timezone.now())
    with pytest.raises(ProgrammingError, match="given once"), transaction.atomic():
        User.objects.create(id=user.id, email="alice@example.org")
    assert User.objects.create(id=uuid4(), email="alice@example.org").pk
