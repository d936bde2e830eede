"""`manage.py doctor` on real servers: well, and with one thing broken at a time."""

import json
import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from backend import broker
from backend.broker import queues
from backend.checks.stored import prove_keys
from backend.doctor.outside import http_found
from backend.health import heartbeat_recorded
from backend.local.embedded.server import free_port
from diary.models import Patient
from tests.backend.production import PRODUCTION, ROOT
from tests.cast import Person
from tests.diary.recordings import entry
from tests.receiver import MailReceiver
from tests.roles import beside, connected_as
from tests.service import Service

Findings = dict[str, dict[str, str]]


@pytest.fixture(autouse=True)
def _broker_asked_anew() -> Iterator[None]:
    broker.broker.cache_clear()
    yield
    broker.broker.cache_clear()


@pytest.fixture(autouse=True)
def _no_worker_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most of these have none, and where there is one it may be asked again."""
    monkeypatch.setattr("backend.doctor.queues._PATIENCE_SECONDS", 0.3)


def doctor(*options: str) -> tuple[int, Findings]:
    """The exit status, and what is worst of each part."""
    said, status = StringIO(), 0
    try:
        call_command("doctor", "--json", *options, stdout=said)
    except SystemExit as ended:
        status = int(ended.code or 0)
    return status, parts(json.loads(said.getvalue())["findings"])


def parts(findings: list[dict[str, str]]) -> Findings:
    order = ("ok", "warning", "broken")
    return {one["part"]: one for one in sorted(findings, key=lambda one: order.index(one["verdict"]))}


def run(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a person calls it."""
    return subprocess.run(
        [sys.executable, "manage.py", "doctor", *options],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def wait_until_ready(service: Service) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{service.url}/health/ready", timeout=5):
                return
        except OSError:
            assert time.monotonic() < deadline, "it does not become ready"
            time.sleep(0.5)


def test_a_running_installation_is_well(transactional_db: None, tmp_path: Path) -> None:
    alice = Person("Alice")
    alice.put(f"patients/me/entries/{(body := entry(note='canary-of-the-diary'))['id']}", body)
    with Service() as service:
        service.start_api().start_worker().start_beat()
        wait_until_ready(service)
        names = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "NOTE_KEYS", "SECRET_KEY")
        servers = {name: service.environment[name] for name in names} | {"JOURNAL_DIR": str(tmp_path)}
        done = run("--url", service.url, "--send-test-mail", "operator@example.org", **PRODUCTION | servers)
        assert done.stderr == ""
        assert done.returncode == 0, done.stdout
        assert {line[:7] for line in done.stdout.splitlines()} == {"OK     "}
        for part in (
            "settings",
            "keys",
            "migrations",
            "durability",
            "beat",
            "mail",
            "http",
            *map("queue {}".format, queues()),
        ):
            assert f"OK       {part}: " in done.stdout
        assert service.mailbox.sent_to("operator@example.org")
        assert "canary" not in done.stdout
        assert not [secret for secret in servers.values() if secret in done.stdout]


def test_without_the_broker_everything_else_is_looked_at_all_the_same(db: None, settings: Settings) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    status, found = doctor()
    assert status == 2
    assert found["broker"]["verdict"] == "broken"
    assert "start it" in found["broker"]["do"]
    assert not [part for part in found if part.startswith("queue ")]
    assert found["migrations"]["verdict"] == "ok"
    assert found["disk"]


def test_a_queue_without_a_worker_is_named(transactional_db: None) -> None:
    with Service() as service:
        service.start_worker(queues="screening,delivery", pool="solo")
        deadline = time.monotonic() + 60
        while True:
            status, found = doctor()
            if found["queue screening"]["verdict"] == "ok":
                break
            assert time.monotonic() < deadline
        assert status == 2
        assert found["queue delivery"]["verdict"] == "ok"
        for queue in ("webhooks", "courtesies"):
            assert found[f"queue {queue}"] == {
                "verdict": "broken",
                "part": f"queue {queue}",
                "says": "no worker listens to it",
                "do": f"start a worker with --queues {queue}",
            }


def test_without_the_database_it_says_so_and_looks_at_the_rest() -> None:
    done = run(DATABASE_URL="postgres://diary_service:a-secret-password@127.0.0.1:1/diary", DEPLOYMENT="test")
    assert done.returncode == 2
    assert "broken   database: does not answer" in done.stdout
    assert "broker: answers" in done.stdout
    assert "Traceback" not in done.stderr
    assert "a-secret-password" not in done.stdout + done.stderr


def test_settings_that_contradict_each_other_are_one_plain_line() -> None:
    done = run(SUPPORT_NETWORKS="10.0.0.0/8", DEPLOYMENT="test")
    assert done.returncode == 2
    assert done.stdout.startswith("broken   settings: SUPPORT_NETWORKS says where SUPPORT_PAGES may be opened from")
    assert "Traceback" not in done.stderr
    said = json.loads(run("--json", SUPPORT_MINUTES="1", DEPLOYMENT="test").stdout)
    assert (said["verdict"], said["findings"][0]["part"]) == ("broken", "settings")


def test_keys_that_do_not_open_what_is_stored(db: None, settings: Settings) -> None:
    prove_keys(now=timezone.now())
    settings.NOTE_KEYS = [Fernet.generate_key().decode()]
    status, found = doctor()
    assert status == 2
    assert found["keys"]["verdict"] == "broken"
    assert settings.NOTE_KEYS[0] not in json.dumps(found)


def test_a_migration_that_is_missing_and_one_of_a_newer_release(transactional_db: None) -> None:
    with beside("owner") as owner:
        last = owner.execute(
            "DELETE FROM django_migrations WHERE app = 'diary' AND name ="
            " (SELECT max(name) FROM django_migrations WHERE app = 'diary') RETURNING name"
        ).fetchone()
        assert last is not None
        try:
            _, found = doctor()
        finally:
            owner.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('diary', %s, now())", last)
        assert found["migrations"]["says"] == f"1 are missing: diary.{last[0]}"
        assert found["migrations"]["verdict"] == "broken"
        owner.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('diary', '9999_later', now())")
        try:
            _, found = doctor()
        finally:
            owner.execute("DELETE FROM django_migrations WHERE name = '9999_later'")
        assert (found["migrations"]["verdict"], "diary.9999_later" in found["migrations"]["says"]) == ("warning", True)


def test_a_database_that_does_not_wait_for_its_disk(transactional_db: None) -> None:
    name = connection.settings_dict["NAME"]
    with beside("administrator") as administrator:
        administrator.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off'.encode())
        connection.close()
        try:
            status, found = doctor()
        finally:
            administrator.execute(f'ALTER DATABASE "{name}" RESET synchronous_commit'.encode())
            connection.close()
    assert (status, found["durability"]["says"]) == (2, "synchronous_commit = off")


def test_guards_that_are_switched_off_and_a_login_that_could_do_that(transactional_db: None) -> None:
    with beside("owner") as owner:
        owner.execute("ALTER TABLE diary_accessline DISABLE TRIGGER append_only")
        try:
            _, found = doctor()
        finally:
            owner.execute("ALTER TABLE diary_accessline ENABLE ALWAYS TRIGGER append_only")
    assert found["access log"]["says"] == "guards are switched off: diary_accessline"
    assert found["roles"]["verdict"] == "ok"
    with connected_as("owner"):
        _, found = doctor()
    assert (found["roles"]["verdict"], found["access log"]["verdict"]) == ("broken", "broken")


def test_work_that_is_late_is_said_with_its_age_and_how_much_it_is(db: None) -> None:
    alice = Person("Alice")
    waits = {"revision": 1, "unscreened_since": timezone.now() - timedelta(minutes=10)}
    Patient.objects.filter(pk=alice.patient_id).update(**waits)
    heartbeat_recorded(now=timezone.now() - timedelta(minutes=5))
    status, found = doctor()
    assert status == 2
    assert found["screening"]["says"] in {
        f"the oldest has waited {age} s; diaries waiting: 1" for age in range(600, 640)
    }
    assert found["beat"]["verdict"] == found["auditor"]["verdict"] == "broken"
    assert found["auditor"]["says"] == "has never gone round"
    assert found["deliveries"]["says"] == "nothing waits; due: 0, late: 0"


def test_a_mail_server_that_is_away(db: None, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    _, found = doctor("--send-test-mail", "operator@example.org")
    assert (found["mail"]["verdict"], found["test mail"]["verdict"]) == ("broken", "broken")
    with MailReceiver() as receiver:
        settings.EMAIL_PORT = int(receiver.url.rpartition(":")[2])
        _, found = doctor()
        assert found["mail"]["verdict"] == "ok"
        assert not receiver.sent_to("operator@example.org")


@pytest.mark.parametrize(("days", "verdict"), [(3, "broken"), (10, "warning"), (60, "ok")])
def test_a_certificate_that_runs_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, verdict: str) -> None:
    with https(tmp_path, days=days) as url:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        found = {one.part: one for one in http_found(url, now=timezone.now())}
    assert (found["certificate"].verdict, found["certificate"].says) == (verdict, f"good for {days} days")


def test_a_certificate_that_no_one_signed(tmp_path: Path) -> None:
    with https(tmp_path, days=60) as url:
        found = {one.part: one for one in http_found(url, now=timezone.now())}
    assert found["certificate"].verdict == found["http"].verdict == "broken"


def test_an_address_that_no_one_answers_or_that_is_not_encrypted() -> None:
    silent = list(http_found(f"http://127.0.0.1:{free_port()}", now=timezone.now()))
    assert [(one.verdict, one.part) for one in silent] == [("broken", "http")]
    first = next(http_found("http://diary.example", now=timezone.now()))
    assert first.says == "http://diary.example is not encrypted"


@contextmanager
def https(folder: Path, *, days: int) -> Iterator[str]:
    """A server on loopback that shows a certificate of its own, good for so many days, and says nothing else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(folder, days=days))
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def shake_hands() -> None:
            while True:
                try:
                    plain, _ = listening.accept()
                except OSError:
                    return
                try:
                    context.wrap_socket(plain, server_side=True).close()
                except OSError:
                    plain.close()

        Thread(target=shake_hands, daemon=True).start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def certificate(folder: Path, *, days: int) -> Path:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "here")])
    now = datetime.now(UTC)
    made: Any = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + private)
    return path
