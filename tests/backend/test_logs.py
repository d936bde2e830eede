"""No log line repeats what someone wrote, whoever writes the line."""

import io
import json
import logging
import logging.config

import pytest
import structlog
from django.conf import settings
from django.db import IntegrityError, connection
from django.test import Client

CANARY = "canary: my back hurts at night"
TOKEN = "bP9uAdDASv6EMXI8Lribww:1xV58B:A9Z45kl1OY7gWCdayFM_d0lXpviWHXilgn1MNMT8vOA"
SOMEBODY = "0195e8b2-0000-7000-8000-000000000000"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the configured handler writes, while the settings' logging is in force."""
    handler = logging.getLogger().handlers
    ours = [h for h in handler if getattr(h, "name", None) == "standard_error"]
    stream = io.StringIO()
    monkeypatch.setattr(ours[0], "stream", stream)
    return stream


def test_an_exception_is_told_by_kind_and_place(written: io.StringIO) -> None:
    try:
        int(CANARY)
    except ValueError:
        logging.getLogger("alerts").exception("screening failed")
    line = written.getvalue()
    assert "screening failed" in line
    assert "builtins.ValueError" in line
    assert f"{__file__}:" in line
    assert CANARY not in line


def test_causes_are_told_too_first_cause_first(written: io.StringIO) -> None:
    try:
        try:
            int(CANARY)
        except ValueError as error:
            raise LookupError(CANARY) from error
    except LookupError:
        structlog.get_logger("alerts").exception("screening failed")
    line = written.getvalue()
    assert line.index("builtins.ValueError") < line.index("builtins.LookupError")
    assert CANARY not in line


def test_a_database_error_quotes_no_row(written: io.StringIO, db: None) -> None:
    said = CANARY[:20]
    with connection.cursor() as cursor, pytest.raises(IntegrityError) as caught:
        cursor.execute("INSERT INTO backend_heartbeat VALUES (%s, now())", [said])
    assert said in str(caught.value)
    logging.getLogger("django.request").error("failed: %s", caught.value, exc_info=caught.value)
    assert "psycopg.errors.CheckViolation" in written.getvalue()
    assert said not in written.getvalue()


def test_celery_tells_a_failed_task_without_its_message(written: io.StringIO) -> None:
    context = {"name": "alerts.tasks.deliver", "exc": repr(ValueError(CANARY)), "traceback": CANARY, "args": CANARY}
    try:
        int(CANARY)
    except ValueError:
        logging.getLogger("celery.app.trace").exception("Task %(name)s raised unexpected: %(exc)s", context)
    assert "Task alerts.tasks.deliver raised unexpected: builtins.ValueError" in written.getvalue()
    assert CANARY not in written.getvalue()


@pytest.mark.parametrize("page", ["a", "u", "undo", "keep", "shl"])
def test_a_link_that_is_refused_is_logged_without_its_token(written: io.StringIO, page: str, db: None) -> None:
    Client().get(f"/{page}/{TOKEN}")
    Client().put(f"/{page}/{TOKEN}")
    assert f"Not Found: /{page}/..." in written.getvalue()
    assert f"Method Not Allowed: /{page}/..." in written.getvalue()
    assert not [part for part in TOKEN.split(":") if part in written.getvalue()]


@pytest.mark.parametrize(
    "path",
    [
        *("/A/{}", "/U/{}", "//a/{}", "/a//{}", "/a/{}/", "/a/ {}", "/a;{}", "/a\\{}", "/%61/{}", "/a/{}=3D"),
        *("/api/v1/a/{}", "/x/../a/{}", "/a page of tomorrow/{}", "/api/auth/app/v1/{}"),
    ],
)
def test_whatever_the_spelling_of_a_path_no_token_is_logged(written: io.StringIO, path: str, db: None) -> None:
    Client().get("/", PATH_INFO=path.format(TOKEN))
    Client().put("/", PATH_INFO=path.format(TOKEN.replace(":", "%3A")))
    assert "Not Found" in written.getvalue()
    assert not [part for part in TOKEN.split(":") if len(part) > 10 and part in written.getvalue()]


def test_an_id_in_a_path_stays(written: io.StringIO, db: None) -> None:
    Client().get(f"/api/v1/patients/{SOMEBODY}/nothing")
    assert f"Not Found: /api/v1/patients/{SOMEBODY}/nothing" in written.getvalue()


def test_a_link_in_a_field_loses_its_token_and_other_paths_stay(written: io.StringIO) -> None:
    structlog.get_logger("alerts").warning("looked", link=f"https://diary.example/a/{TOKEN}?x=1", file="/srv/a/b.py")
    assert "link='https://diary.example/a/...?x=1'" in written.getvalue()
    assert "file=/srv/a/b.py" in written.getvalue()


def test_the_addresses_that_are_called_are_not_told(written: io.StringIO) -> None:
    logging.getLogger("httpx").info('HTTP Request: %s %s "200 OK"', "POST", f"https://push.example/{CANARY}")
    assert CANARY not in written.getvalue()


def test_an_event_keeps_its_fields(written: io.StringIO) -> None:
    structlog.get_logger("alerts").warning("delivery put off", delivery="d-1", attempts=3)
    assert "delivery put off" in written.getvalue()
    assert "attempts=3" in written.getvalue()


def test_production_writes_json_lines() -> None:
    from tests.backend.production import PRODUCTION, python

    code = """
import logging, logging.config, django
django.setup()
import structlog
structlog.get_logger("alerts").warning("delivery put off", delivery="d-1")
logging.getLogger("django").warning("from the library")
"""
    done = python("-c", code, **PRODUCTION, DJANGO_SETTINGS_MODULE="backend.settings")
    first, second = [json.loads(line) for line in done.stderr.splitlines()]
    assert first["message"] == "delivery put off"
    assert first["delivery"] == "d-1"
    assert first["level"] == "warning"
    assert second["message"] == "from the library"


def test_logging_is_configured_once_by_the_settings() -> None:
    named = [handler.get_name() for handler in logging.getLogger().handlers]
    assert named.count("standard_error") == 1
    assert not settings.CELERY_WORKER_HIJACK_ROOT_LOGGER
