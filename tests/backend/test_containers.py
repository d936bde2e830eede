"""What can be said of the image and the composition without running them."""

import ast
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from alerts.channels import CHANNELS
from alerts.outbound import WITHIN_SECONDS
from backend.front.__main__ import STOP_SECONDS
from backend.local.running.keeper import STOP_WITHIN_SECONDS
from backend.local.running.supervisor import _COMMANDS
from backend.management.commands.database_roles import NEEDED

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
LAST_STAGE = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]
COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service.get("image") == "symptom-diary"]
PASSWORDS = ("POSTGRES_PASSWORD", "DATABASE_OWNER_PASSWORD", "DATABASE_SERVICE_PASSWORD", "BROKER_PASSWORD")
EXAMPLE = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
# Fixed inside the image, or of no use in production.
NOT_FOR_OPERATORS = {
    *("DEPLOYMENT", "DATA_DIR", "DEBUG", "PORT", "RATE_LIMITS", "FCM_URL", "TWILIO_URL"),
    *("FRONT_STALL_SECONDS", "FRONT_ROOM_BYTES"),
}


def settings_read() -> set[str]:
    """The variables that the settings read: the first argument of `env…(…)` and of `required_in_production(…)`."""
    found: set[str] = set()
    for file in (ROOT / "backend" / "settings").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                called = ast.unparse(node.func)
                if called.startswith("env.") or called == "required_in_production":
                    found.add(str(node.args[0].value))
    return found


def test_everything_the_issue_of_running_needs_is_there() -> None:
    assert set(SERVICES) == {
        "database",
        "broker",
        "roles",
        "migrate",
        "api",
        "worker",
        "webhooks",
        "courtesies",
        "beat",
        "proxy",
        "mail",
    }


@pytest.mark.parametrize("name", OURS)
def test_a_service_is_given_every_variable_that_settings_read(name: str) -> None:
    beside = set(NEEDED) if name == "roles" else set()
    assert set(SERVICES[name]["environment"]) == (settings_read() | beside) - NOT_FOR_OPERATORS


@pytest.mark.parametrize("name", OURS)
def test_only_one_step_is_given_the_superuser_and_only_one_the_owner(name: str) -> None:
    role = {"roles": "postgres", "migrate": "diary_owner"}.get(name, "diary_service")
    assert SERVICES[name]["environment"]["DATABASE_URL"].startswith(f"postgres://{role}:")
    given = "".join(SERVICES[name]["environment"].values())
    assert ("POSTGRES_PASSWORD" in given) == (name == "roles")
    assert ("DATABASE_OWNER_PASSWORD" in given) == (name in {"roles", "migrate"})


def test_what_serves_waits_for_the_migration_and_that_for_the_roles() -> None:
    done = {"condition": "service_completed_successfully"}
    assert SERVICES["migrate"]["depends_on"] == {"roles": done}
    for name in ("api", "worker", "webhooks", "courtesies", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"] == done


def test_the_example_names_what_the_composition_takes_and_nothing_else() -> None:
    assert set(EXAMPLE) == set(re.findall(r"\$\{([A-Z_]+)", COMPOSE_TEXT))


def test_no_secret_has_a_default() -> None:
    for name in ("SECRET_KEY", "NOTE_KEYS", *PASSWORDS):
        used = re.findall(rf"\$\{{{name}(.)", COMPOSE_TEXT)
        assert used
        assert set(re.findall(rf"\$\{{{name}(:\?|:-|\}})", COMPOSE_TEXT)) == {":?"}
        assert re.search(rf"^{name}=$", (ROOT / ".env.example").read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", OURS)
def test_a_command_calls_what_exists(name: str) -> None:
    command = SERVICES[name].get("command") or ast.literal_eval(re.findall(r"^CMD (.*)", LAST_STAGE, re.MULTILINE)[0])
    assert command[0] == "python"
    if command[1] == "-m":
        assert find_spec(command[2])
        module = next(word for word in command if word.startswith("backend.")).partition(":")[0]
        assert find_spec(module)
    else:
        assert (ROOT / command[1]).is_file()


WORKERS = ["worker", "webhooks", "courtesies"]


def test_the_workers_listen_to_every_queue_and_each_to_its_own() -> None:
    commands = [SERVICES[name]["command"] for name in WORKERS]
    queues = [queue for command in commands for queue in command[command.index("--queues") + 1].split(",")]
    routed = (route["queue"] for route in settings.CELERY_TASK_ROUTES.values())
    channels = (channel.queue for channel in CHANNELS.values())
    assert sorted(queues) == sorted({settings.CELERY_TASK_DEFAULT_QUEUE, *routed, *channels})


def test_make_run_listens_to_the_same_queues() -> None:
    started = " ".join(_COMMANDS.values())
    assert sorted(re.findall(r"--queues (\S+)", started)) == ["courtesies", "screening,delivery", "webhooks"]


@pytest.mark.parametrize("name", WORKERS)
def test_a_deploy_waits_longer_than_a_worker_takes_to_stop(name: str) -> None:
    grace = int(SERVICES[name]["stop_grace_period"].removesuffix("s"))
    assert grace > max(settings.CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT, WITHIN_SECONDS)


def test_what_the_api_has_under_way_is_given_up_before_the_api_is_killed() -> None:
    assert int(SERVICES["api"]["stop_grace_period"].removesuffix("s")) > STOP_SECONDS
    assert STOP_SECONDS < STOP_WITHIN_SECONDS


def test_what_must_not_be_lost_is_on_named_volumes() -> None:
    for name in ("database", "broker"):
        volume = SERVICES[name]["volumes"][0].partition(":")[0]
        assert volume in COMPOSE["volumes"]
    assert SERVICES["broker"]["command"][1:3] == ["--appendonly", "yes"]


@pytest.mark.parametrize("name", ["database", "broker", "worker", "webhooks", "courtesies", "beat", "proxy", "mail"])
def test_it_is_watched(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", SERVICES)
def test_it_is_started_again(name: str) -> None:
    assert SERVICES[name]["restart"] in {"unless-stopped", "on-failure"}


def test_ports_are_open_to_this_machine_only_but_those_of_the_proxy() -> None:
    for name, service in SERVICES.items():
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:") != (name == "proxy")


def test_the_image_runs_as_nobody_special_and_is_watched() -> None:
    assert re.search(r"^USER diary$", LAST_STAGE, re.MULTILINE)
    assert re.search(r'^HEALTHCHECK .*\n\s+CMD \["python", "-m", "backend.probe", "api"\]$', LAST_STAGE, re.MULTILINE)
    assert "DEPLOYMENT=production" in LAST_STAGE


def test_the_last_stage_builds_nothing() -> None:
    for tool in ("apt-get", "apk ", "gcc", "build-essential", "pip install"):
        assert tool not in LAST_STAGE


def test_the_image_installs_by_hash_from_the_production_lock() -> None:
    assert "--require-hashes" in DOCKERFILE
    assert "requirements/production.txt" in DOCKERFILE
    assert "development.txt" not in DOCKERFILE


def test_what_the_image_copies_is_not_ignored() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        source for line in re.findall(r"^COPY (?!--from)(.*)", DOCKERFILE, re.MULTILINE) for source in line.split()[:-1]
    }
    assert copied == allowed
    assert all((ROOT / source).exists() for source in copied)
