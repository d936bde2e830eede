"""A setting that cannot be right stops the start and `check --deploy`, by its name."""

import json
from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from backend.checks import (
    CHECKS,
    channels,
    faults,
    mail,
    names,
    require_sound_settings,
    secrets,
    servers,
    stored,
)
from backend.checks.fault import Fault
from backend.models import KeyProof
from tests.backend.production import PRODUCTION, python, refusal
from tests.cast import Person
from tests.diary.recordings import full_entry
from tests.service import database_url

RANDOM = "qG8-7jT_2bXz5LdYw0NfRkVhCmPs4Ua1"
KEY = "n3FZD0RPiKZGQv-q8Wwyj2UrOJkVhFmMG3W8bO5nXAs"
TWILIO = {
    "SMS_PROVIDER": "twilio",
    "SMS_SENDER": "+15005550006",
    "SMS_PREFIXES": "+34",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": RANDOM,
}
SMTP = "django.core.mail.backends.smtp.EmailBackend"
ACCOUNT = {"project_id": "p", "client_email": "c", "private_key": "k", "token_uri": "https://token.example"}

WRONG: list[tuple[Callable[[], list[Fault]], str, dict[str, Any]]] = [
    (names.hosts, "ALLOWED_HOSTS", {"ALLOWED_HOSTS": ["*"]}),
    (names.hosts, "ALLOWED_HOSTS", {"ALLOWED_HOSTS": ["diary.example", ""]}),
    (names.hosts, "ALLOWED_HOSTS", {"ALLOWED_HOSTS": ["https://diary.example"]}),
    (names.hosts, "ALLOWED_HOSTS", {"ALLOWED_HOSTS": ["diary.example:443"]}),
    (names.hosts, "ALLOWED_HOSTS", {"ALLOWED_HOSTS": [" diary.example"]}),
    (names.hosts, "ALLOWED_HOSTS", {"ALLOWED_HOSTS": ["*.example"]}),
    (names.public_url, "PUBLIC_URL", {"PUBLIC_URL": "http://diary.example"}),
    (names.public_url, "PUBLIC_URL", {"PUBLIC_URL": "diary.example"}),
    (names.public_url, "PUBLIC_URL", {"PUBLIC_URL": "https://"}),
    (names.public_url, "PUBLIC_URL", {"PUBLIC_URL": "https://diary.example/app"}),
    (names.public_url, "PUBLIC_URL", {"PUBLIC_URL": "https://elsewhere.example"}),
    (names.public_url, "PUBLIC_URL", {"PUBLIC_URL": f"https://{'d' * 60}.{'e' * 10}.example"}),
    (names.browser_apps, "CORS_ORIGINS", {"CORS_ALLOWED_ORIGINS": ["https://app.example", "http://app.example"]}),
    (names.browser_apps, "CORS_ORIGINS", {"CORS_ALLOWED_ORIGINS": ["https://app.example/"]}),
    (names.browser_apps, "CORS_ORIGINS", {"CORS_ALLOWED_ORIGINS": ["*"]}),
    (names.browser_apps, "CORS_ORIGINS", {"CORS_ALLOWED_ORIGINS": ["https://"]}),
    (names.proxies, "TRUSTED_PROXIES", {"ALLAUTH_TRUSTED_PROXY_COUNT": -1}),
    (
        names.proxies,
        "TRUSTED_PROXIES",
        {"ALLAUTH_TRUSTED_PROXY_COUNT": 0, "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")},
    ),
    (names.networks, "OUTBOUND_ALLOWED_NETWORKS", {"OUTBOUND_ALLOWED_NETWORKS": [ip_network("0.0.0.0/0")]}),
    (names.networks, "OUTBOUND_ALLOWED_NETWORKS", {"OUTBOUND_ALLOWED_NETWORKS": [ip_network("::/0")]}),
    (secrets.secret_keys, "SECRET_KEY", {"SECRET_KEY": "x"}),
    (secrets.secret_keys, "SECRET_KEY", {"SECRET_KEY": "a" * 60}),
    (secrets.secret_keys, "SECRET_KEY", {"SECRET_KEY": "secret" * 10}),
    (secrets.secret_keys, "SECRET_KEY_FALLBACKS", {"SECRET_KEY_FALLBACKS": ["x"]}),
    (secrets.note_keys, "NOTE_KEYS", {"NOTE_KEYS": ["x"]}),
    (secrets.note_keys, "NOTE_KEYS", {"NOTE_KEYS": [KEY + "=", ""]}),
    (secrets.note_keys, "NOTE_KEYS", {"NOTE_KEYS": ["A" * 43 + "="]}),
    (secrets.metrics_token, "METRICS_TOKEN", {"METRICS_TOKEN": "t"}),
    (servers.broker, "REDIS_URL", {"REDIS_URL": "memory://"}),
    (servers.broker, "REDIS_URL", {"REDIS_URL": "redis://:a@broker.internal:6379/0"}),
    (servers.broker, "REDIS_URL", {"REDIS_URL": "sentinel://:a@one.internal,two.internal/0?primary=diary"}),
    (servers.patience, "FRONT_STALL_SECONDS", {"FRONT_STALL_SECONDS": 0.0}),
    (servers.patience, "FRONT_ROOM_BYTES", {"FRONT_ROOM_BYTES": 1}),
    (mail.server, "EMAIL_URL", {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}),
    (mail.server, "EMAIL_URL", {"EMAIL_PORT": 1025}),
    (
        mail.server,
        "EMAIL_URL",
        {"EMAIL_PORT": 587, "EMAIL_HOST": "mail.example", "EMAIL_HOST_PASSWORD": RANDOM, "EMAIL_USE_TLS": False},
    ),
    (mail.provider, "EMAIL_PROVIDER", {"EMAIL_PROVIDER": "test"}),
    (
        mail.provider,
        "EMAIL_PROVIDER_SETTINGS",
        {"EMAIL_PROVIDER": "postmark", "EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend", "ANYMAIL": {}},
    ),
    (
        mail.reports,
        "EMAIL_PROVIDER_SETTINGS",
        {"EMAIL_PROVIDER": "postmark", "ANYMAIL": {"WEBHOOK_SECRET": ["diary:" + RANDOM, "diary:x"]}},
    ),
    (mail.sender, "DEFAULT_FROM_EMAIL", {"DEFAULT_FROM_EMAIL": "Diary <diary@localhost>"}),
    (mail.sender, "DEFAULT_FROM_EMAIL", {"DEFAULT_FROM_EMAIL": "Diary"}),
    (channels.web_push, "VAPID_PRIVATE_KEY", {"VAPID_PRIVATE_KEY": "_" * 42 + "8"}),
    (channels.web_push, "VAPID_PRIVATE_KEY", {"VAPID_PRIVATE_KEY": "A" * 43}),
    (channels.web_push, "VAPID_SUBJECT", {"VAPID_PRIVATE_KEY": KEY, "VAPID_SUBJECT": "mailto:diary@localhost"}),
    (channels.web_push, "VAPID_SUBJECT", {"VAPID_PRIVATE_KEY": KEY, "VAPID_SUBJECT": "diary.example"}),
    (channels.push, "FCM_CREDENTIALS", {"FCM_CREDENTIALS": json.dumps(ACCOUNT)}),
    (channels.push, "FCM_URL", {"FCM_CREDENTIALS": json.dumps(ACCOUNT), "FCM_URL": "http://fcm.example"}),
    (channels.push, "FCM_CREDENTIALS", {"FCM_CREDENTIALS": json.dumps(ACCOUNT | {"token_uri": "http://t.example"})}),
    (channels.sms, "TWILIO_AUTH_TOKEN", {"SMS_PROVIDER": "twilio", "TWILIO_AUTH_TOKEN": "t"}),
    (channels.sms, "TWILIO_ACCOUNT_SID", {"SMS_PROVIDER": "twilio", "TWILIO_ACCOUNT_SID": "AC"}),
    (channels.sms, "SMS_SENDER", {"SMS_PROVIDER": "twilio", "SMS_SENDER": "Diary!"}),
    (channels.sms, "TWILIO_URL", {"SMS_PROVIDER": "twilio", "TWILIO_URL": "http://api.twilio.example"}),
]


@pytest.fixture
def sound(settings: Settings) -> Settings:
    """Settings in which nothing is wrong."""
    settings.ALLOWED_HOSTS = ["diary.example", ".diary.example", "[::1]"]
    settings.PUBLIC_URL = "https://diary.example"
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("10.1.0.0/16")]
    settings.SECRET_KEY = settings.METRICS_TOKEN = RANDOM
    settings.NOTE_KEYS = [KEY + "="]
    settings.EMAIL_BACKEND, settings.EMAIL_PORT, settings.EMAIL_HOST = SMTP, 587, "mail.example"
    settings.DEFAULT_FROM_EMAIL = "Diary <diary@diary.example>"
    settings.VAPID_SUBJECT = "mailto:diary@diary.example"
    return settings


def test_nothing_is_wrong_with_sound_settings(sound: Settings) -> None:
    assert faults() == []


@pytest.mark.parametrize(("check", "name", "given"), WRONG, ids=lambda value: None if callable(value) else str(value))
def test_a_wrong_setting_is_named_and_a_secret_not_told(
    sound: Settings, check: Callable[[], list[Fault]], name: str, given: dict[str, Any]
) -> None:
    for setting, value in given.items():
        setattr(sound, setting, value)
    found = check()
    assert name in [fault.setting for fault in found]
    assert RANDOM not in "".join(map(str, found))


def test_every_check_has_a_setting_that_fails_it() -> None:
    assert {check for check, _, _ in WRONG} == set(CHECKS) - {servers.database}


def test_a_password_of_one_letter_opens_no_database_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HOST": "db.internal", "PASSWORD": "a"}.items():
        monkeypatch.setitem(settings.DATABASES["default"], name, value)
    assert [fault.setting for fault in servers.database()] == ["DATABASE_URL"]
    monkeypatch.setitem(settings.DATABASES["default"], "HOST", "127.0.0.1")
    assert servers.database() == []


def test_a_trial_may_use_a_mail_catcher_that_is_named_one(sound: Settings) -> None:
    sound.EMAIL_PORT, sound.MAIL_CATCHER = 1025, True
    assert mail.server() == []


WRONG_START = {
    "ALLOWED_HOSTS": "*",
    "PUBLIC_URL": "http://diary.example",
    "METRICS_TOKEN": "t",
    "SECRET_KEY": "s",
    "NOTE_KEYS": "n",
    "EMAIL_URL": "consolemail://",
}


def test_the_deployment_check_names_all_that_is_wrong() -> None:
    done = python("manage.py", "check", "--deploy", "--fail-level", "WARNING", **{**PRODUCTION, **WRONG_START})
    assert done.returncode == 1
    assert {name for name in WRONG_START if f"(backend.{name}) {name} " in done.stderr} == set(WRONG_START)


def test_the_start_names_all_that_is_wrong_and_is_none() -> None:
    done = python("-m", "backend.front", "--port", "1", **{**PRODUCTION, **WRONG_START})
    assert done.returncode == 1
    assert done.stderr.startswith("The service does not start:\n")
    assert {line.split()[0] for line in done.stderr.splitlines()[1:]} == set(WRONG_START)


FAULTS_AT_START = [
    ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": "*"}),
    ("PUBLIC_URL", {"PUBLIC_URL": "http://diary.example"}),
    ("PUBLIC_URL", {"PUBLIC_URL": "https://elsewhere.example"}),
    ("SECRET_KEY", {"SECRET_KEY": "s"}),
    ("METRICS_TOKEN", {"METRICS_TOKEN": "t"}),
    ("NOTE_KEYS", {"NOTE_KEYS": "n"}),
    ("EMAIL_URL", {"EMAIL_URL": "consolemail://"}),
    ("EMAIL_URL", {"EMAIL_URL": "smtp://mail:1025"}),
    ("VAPID_SUBJECT", {"VAPID_PRIVATE_KEY": KEY, "VAPID_SUBJECT": "diary.example"}),
    ("VAPID_PRIVATE_KEY", {"VAPID_PRIVATE_KEY": "short"}),
    ("FCM_CREDENTIALS", {"FCM_CREDENTIALS": json.dumps(ACCOUNT)}),
    ("TWILIO_AUTH_TOKEN", {**TWILIO, "TWILIO_AUTH_TOKEN": "t"}),
]


@pytest.mark.parametrize(("name", "wrong"), FAULTS_AT_START)
def test_each_fault_ends_the_start_with_one_line(name: str, wrong: dict[str, str]) -> None:
    done = python("-m", "backend.front", "--port", "1", **{**PRODUCTION, **wrong})
    assert done.returncode == 1
    said = done.stderr.splitlines()
    assert (said[0], len(said)) == ("The service does not start:", 2), done.stderr
    assert said[1].startswith(name)


@pytest.mark.django_db(transaction=True)
def test_keys_of_another_service_end_the_start_of_the_server_and_of_a_worker() -> None:
    stored.prove_keys(now=timezone.now())
    wrong = {**PRODUCTION, "DATABASE_URL": database_url()}
    for start in (
        ("-m", "backend.front", "--port", "1"),
        ("-m", "celery", "--app", "backend.celery", "worker", "--pool", "solo"),
    ):
        done = python(*start, **wrong)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        *_, title, fault = done.stderr.splitlines()  # Celery may warn of root before
        assert title == "The service does not start:"
        assert fault.startswith("NOTE_KEYS can't decrypt the stored data")


def test_a_worker_does_not_start_either() -> None:
    wrong = {**PRODUCTION, "METRICS_TOKEN": "t"}
    done = python("-m", "celery", "--app", "backend.celery", "worker", "--pool", "solo", **wrong)
    assert done.returncode != 0
    assert "METRICS_TOKEN must be empty, or long and random" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("BEHIND_HTTPS_PROXY", "yess"), ("TRUSTED_PROXIES", "one"), ("FRONT_STALL_SECONDS", "soon")),
        *(("OUTBOUND_ALLOWED_NETWORKS", "10.0.0.0/99"), ("LOG_LEVEL", "LOUD"), ("EMAIL_PROVIDER_SETTINGS", "{")),
        ("DATABASE_URL", "sqlite:////tmp/diary.db"),
        *(("FCM_CREDENTIALS", "/nonexistent/account.json"), ("FCM_CREDENTIALS", "[]"), ("MAIL_CATCHER", "maybe")),
    ],
)
def test_what_cannot_be_read_is_named_too(name: str, value: str) -> None:
    more = {"EMAIL_PROVIDER": "postmark", "EMAIL_URL": ""} if name == "EMAIL_PROVIDER_SETTINGS" else {}
    assert name in refusal(**{name: value, **more})


def test_keys_that_cannot_open_what_is_stored_do_not_start(db: None, settings: Settings) -> None:
    alice, sent = Person("Alice"), full_entry()
    assert alice.put(f"patients/me/entries/{sent['id']}", sent | {"note": "A bad night."}).status == 201
    assert stored.note_keys() == []
    settings.NOTE_KEYS = [Fernet.generate_key().decode()]
    assert [fault.setting for fault in stored.note_keys()] == ["NOTE_KEYS"]
    with pytest.raises(ImproperlyConfigured, match="decrypt the stored data"):
        require_sound_settings()
    settings.NOTE_KEYS_LOST = True
    assert stored.note_keys() == []


class TestProofsOfKeys:
    """Under each key in use a known text is sealed: what is missing is known before anyone reads an old note."""

    OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))

    def test_the_first_start_proves_every_key(self, db: None, settings: Settings) -> None:
        settings.NOTE_KEYS = [self.NEW, self.OLD]
        for _ in range(2):
            require_sound_settings()
        assert KeyProof.objects.count() == 2

    @pytest.mark.parametrize("left", ["OLD", "NEW"])
    def test_a_key_that_is_missing_stops_the_start(self, db: None, settings: Settings, left: str) -> None:
        settings.NOTE_KEYS = [self.NEW, self.OLD]
        require_sound_settings()
        settings.NOTE_KEYS = [getattr(self, left)]
        with pytest.raises(ImproperlyConfigured, match="NOTE_KEYS"):
            require_sound_settings()

    def test_after_the_rotation_the_old_key_can_go_and_stays_gone(self, db: None, settings: Settings) -> None:
        settings.NOTE_KEYS = [self.OLD]
        require_sound_settings()
        settings.NOTE_KEYS = [self.NEW, self.OLD]
        require_sound_settings()

        call_command("rotate_note_keys", verbosity=0)
        require_sound_settings()
        settings.NOTE_KEYS = [self.NEW]

        require_sound_settings()

    def test_a_check_beforehand_proves_nothing(self, db: None) -> None:
        call_command("check", deploy=True, fail_level="CRITICAL")
        assert not KeyProof.objects.exists()
