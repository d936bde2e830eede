"""From nothing to `ready`, and back: servers, migrations, processes, and all of it stopped in reverse order."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Thread
from typing import Final
from urllib.parse import urlsplit

from honcho import manager as honcho

from backend.local.embedded.directory import claimed
from backend.local.embedded.server import free_port
from backend.local.running.configuration import Configuration
from backend.local.running.keeper import STOP_WITHIN_SECONDS
from backend.local.running.note import noted
from backend.local.running.reloading import DEBUG, reloading
from backend.local.running.servers import Servers
from backend.local_servers import HOW_TO_REACH, SOURCE_TREE
from backend.roles import roles_beside

honcho.KILL_WAIT = STOP_WITHIN_SECONDS + 5  # the keepers kill what does not stop; honcho only if a keeper hangs
_READY_WITHIN_SECONDS: Final = 120.0

_COMMANDS: Final = {
    "api": "backend.front --host 127.0.0.1 --port {port} --workers 2 --log-level warning",
    "worker": "celery --quiet --app backend.celery worker --concurrency 2 --queues screening,delivery "
    "--without-gossip --without-mingle",
    "webhooks": "celery --quiet --app backend.celery worker --pool threads --concurrency 16 --queues webhooks "
    "--hostname webhooks@%h --without-gossip --without-mingle",
    "courtesies": "celery --quiet --app backend.celery worker --concurrency 2 --queues courtesies "
    "--hostname courtesies@%h --without-gossip --without-mingle",
    "beat": "celery --quiet --app backend.celery beat",
}


class Processes(honcho.Manager):  # type: ignore[misc]
    """honcho runs them and shows their lines; `once_started` runs beside them, after the last fork."""

    def __init__(self, once_started: Callable[[], None]) -> None:
        super().__init__()
        self._once_started = Thread(target=once_started, daemon=True)
        self._told_to_stop = False

    def _start(self) -> None:
        super()._start()
        for number in honcho.SIGNALS:
            signal.signal(number, self._told)
        self._once_started.start()

    def _told(self, number: int, _: object) -> None:
        """Only noted: honcho's own handler prints, which fails where the signal meets a line being printed."""
        self.returncode = honcho.SIGNALS[number]["rc"]
        self._told_to_stop = True

    def _any_stopped(self) -> bool:
        """Whether the others are to be stopped; honcho asks ten times a second."""
        return self._told_to_stop or super()._any_stopped()


class Supervisor:
    """One run of the service in one data directory."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._servers = Servers(configuration, give_up=self._give_up)
        self._mail_page: str | None = None
        self._demo: subprocess.Popen[bytes] | None = None
        self._gave_up = False

    def run(self) -> int:
        """Run until told to stop; gives the exit code.

        Raises ConfigurationError, DirectoryInUseError, ServerError, RolesError, and CalledProcessError for a failed
        migration.
        """
        with ExitStack() as stack:
            stack.enter_context(claimed(self._configuration.data_dir))
            self._running_file.unlink(missing_ok=True)  # of a run that was killed
            stack.enter_context(noted(self._configuration.data_dir))
            self._configuration.check_port()
            self._configuration.keep_secrets()
            _say("starting the servers ...")
            stack.callback(self._servers.stop)
            stack.callback(self._running_file.unlink, missing_ok=True)
            urls = self._servers.start() | self._configuration.servers
            roles = roles_beside(urls["DATABASE_URL"])
            self._publish(urls | {"DATABASE_URL": roles.service})
            _say("bringing the database up to date ...")
            migrate = _manage("migrate", "--no-input", "--verbosity", "0")
            subprocess.run(migrate, cwd=SOURCE_TREE, env={**os.environ, "DATABASE_URL": roles.owner}, check=True)
            self._servers.watch()
            processes = self._processes()
            stack.callback(self._stop_demo)
            processes.loop()
        told = processes.returncode in {known["rc"] for known in honcho.SIGNALS.values()}
        return 0 if told and not self._gave_up else 1

    @property
    def _running_file(self) -> Path:
        return self._configuration.data_dir / HOW_TO_REACH

    def _publish(self, urls: dict[str, str]) -> None:
        """Put the way to the servers into the environment, and where management commands look for it."""
        if "EMAIL_URL" not in urls:
            urls["EMAIL_URL"] = f"smtp://127.0.0.1:{_mail_port('mail server', 1025)}"
            self._mail_page = f"http://127.0.0.1:{_mail_port('mail page', 8025)}/"
        urls["PUBLIC_URL"] = self._configuration.url
        os.environ.update(
            urls,
            DEPLOYMENT="local",
            DJANGO_SETTINGS_MODULE="backend.settings",
            DATA_DIR=str(self._configuration.data_dir),
            PORT=str(self._configuration.port),
            LOG_LEVEL=os.environ.get("LOG_LEVEL") or "WARNING",
            PYTHONUNBUFFERED="1",
            PYTHONWARNINGS="ignore:You're running the worker with superuser",  # it is the person's own machine
        )
        self._running_file.touch(mode=0o600)
        self._running_file.write_text("".join(f"{name}='{value}'\n" for name, value in urls.items()))

    def _processes(self) -> Processes:
        """API, workers, beat, and the mail catcher unless there is a mail server; each in a keeper."""
        port = self._configuration.port
        commands = {name: shlex.split(line.format(port=port)) for name, line in _COMMANDS.items()}
        debug: dict[str, str] = {}
        if self._configuration.reload:
            commands, debug = reloading(commands, port=port), DEBUG
        if self._mail_page:
            ports = [str(urlsplit(url).port) for url in (os.environ["EMAIL_URL"], self._mail_page)]
            commands["mail"] = ["backend.local.embedded.mail", str(self._configuration.data_dir / "mail"), *ports]
        processes = Processes(self._accompany)
        for name, command in commands.items():
            keeper = [sys.executable, "-m", "backend.local.running.keeper", str(os.getpid()), name]
            line = shlex.join([*keeper, sys.executable, "-m", *command])
            environment = {**os.environ, **(debug if name == "api" else {})}
            processes.add_process(name, f"exec {line}", env=environment, cwd=str(SOURCE_TREE))
        return processes

    def _accompany(self) -> None:
        """Say when everything answers, load the demonstration, and say what there is to see."""
        if not _answers_within(f"{self._configuration.url}/health/ready", self._mail_page):
            return self._give_up(f"the service did not answer within {_READY_WITHIN_SECONDS:.0f} seconds")
        _say(f"ready {self._configuration.url}")
        if self._configuration.demo:
            self._demo = subprocess.Popen(_manage("demo", "--url", self._configuration.url), cwd=SOURCE_TREE)
            if self._demo.wait() > 0:
                _say("the demonstration did not load (see above); the service runs on")
        return self._say_what_to_open()

    def _say_what_to_open(self) -> None:
        url = self._configuration.url
        addresses = {"the pages": f"{url}/"}
        if self._demo is not None and self._demo.returncode == 0:
            addresses["a diary, signed in as Nora"] = f"{url}/demonstration/nora"
            addresses["who cares for her, as Karl"] = f"{url}/demonstration/karl"
        addresses["the API and how to call it"] = f"{url}/api/docs"
        addresses["how the service is doing"] = f"{url}/health/ready"
        if self._mail_page:
            addresses["the mail that was sent"] = self._mail_page
        for what, address in addresses.items():
            _say(f"  {what:<28}{address}")
        _say(f"  Ctrl-C stops it; the data stays in {self._configuration.data_dir}")

    def _stop_demo(self) -> None:
        if self._demo is not None and self._demo.poll() is None:
            self._demo.terminate()
            self._demo.wait()

    def _give_up(self, reason: str) -> None:
        _say(f"make run: {reason}")
        self._gave_up = True
        os.kill(os.getpid(), signal.SIGTERM)


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, str(SOURCE_TREE / "manage.py"), *arguments]


def _mail_port(name: str, usual: int) -> int:
    """The usual port of a part of the mail catcher, or another, and then it says so: someone else's mail is there."""
    port = free_port(preferred=usual)
    if port != usual:
        _say(f"port {usual} is in use: the {name} of this run is at {port}")
    return port


def _answers_within(health: str, page: str | None) -> bool:
    """Whether everything answers in time, with a task carried all the way round since now."""
    started = time.monotonic()
    while (waited := time.monotonic() - started) < _READY_WITHIN_SECONDS:
        with suppress(OSError), urllib.request.urlopen(health, timeout=5) as answer:
            state = json.load(answer)
            if state["broker"] and state["last_beat_seconds"] < waited:
                if page is None:
                    return True
                with urllib.request.urlopen(page, timeout=5):
                    return True
        time.sleep(0.1)
    return False


def _say(line: str) -> None:
    print(line, flush=True)
