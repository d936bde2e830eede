"""The whole service as it runs for people: API, worker and beat as processes of their own, and a mail receiver."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self
from urllib.parse import quote

import redis
from django.conf import settings
from django.db import connection

from backend.local.embedded.server import free_port
from diary.models import Patient
from tests.receiver import MailReceiver

ROOT = Path(__file__).resolve().parents[1]
STOPS_WITHIN_SECONDS = 30.0


def database_url() -> str:
    """Where this process' own database is, as `DATABASE_URL` names it to others."""
    database = connection.settings_dict
    credentials = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
    return f"postgres://{credentials}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


def forget_nudges() -> None:
    """A worker that another test killed had in hand what was sent: whoever nudges now sends it anew."""
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        for key in broker.scan_iter("nudged:*"):
            broker.delete(key)


class Service:
    """Processes around this process' database and broker. Use as a context manager: what still runs is killed.

    `root` is the checkout that they run, where it is not this one; `log` is where their lines go.
    """

    def __init__(self, root: Path = ROOT, *, log: Path | None = None) -> None:
        forget_nudges()
        self._root = root
        self._log = log
        self._stack = ExitStack()
        self.mailbox = self._stack.enter_context(MailReceiver())
        self.port = free_port()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = {
            **os.environ,
            "DEPLOYMENT": "test",
            "DATABASE_URL": database_url(),
            "REDIS_URL": settings.REDIS_URL,
            "EMAIL_URL": self.mailbox.url,
            "PUBLIC_URL": self.url,
            "SECRET_KEY": settings.SECRET_KEY,
            "NOTE_KEYS": ",".join(settings.NOTE_KEYS),
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self.processes):
            self.kill(name)
        self._stack.close()

    def start_api(self, *options: str, workers: int = 1) -> Self:
        """The API, with these options of the server's, answering when this returns."""
        return self.start_server("backend.front", *options, workers=workers)

    def start_server(self, module: str, *options: str, workers: int) -> Self:
        """The same by this module, which takes granian's options."""
        self._start(
            *("api", module, "--host", "127.0.0.1", "--port", str(self.port)),
            *("--workers", str(workers), "--log-level", "warning", *options),
        )
        self._wait_until_answering()
        return self

    def start_worker(
        self,
        *,
        concurrency: int = 1,
        queues: str = "screening,delivery,webhooks,courtesies",
        name: str = "worker",
        pool: str = "prefork",
        options: Sequence[str] = (),
    ) -> Self:
        """A Celery worker, for every queue unless told otherwise."""
        self._start(
            *(name, "celery", "--app", "backend.celery", "worker", "--loglevel", "warning"),
            *("--pool", pool, "--concurrency", str(concurrency), "--without-gossip", "--without-mingle"),
            *("--queues", queues, *options),
        )
        return self

    def start_beat(self, *, name: str = "beat") -> Self:
        """The clock that sends the sweeps."""
        self._start(name, "celery", "--quiet", "--app", "backend.celery", "beat", "--loglevel", "error")
        return self

    def wait_until_screened(self, *, timeout: float = 30.0) -> None:
        """Every diary that was written has been screened when this returns. Raises TimeoutError."""
        deadline = time.monotonic() + timeout
        while Patient.objects.filter(unscreened_since__isnull=False).exists():
            if time.monotonic() > deadline:
                raise TimeoutError(f"there is still something to screen after {timeout} seconds")
            time.sleep(0.01)

    def stop(self, name: str) -> None:
        """End one process as a deploy would: it is asked, and after a while it is not asked any more."""
        process = self.processes[name]
        process.terminate()
        try:
            process.wait(STOPS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill(name)
        else:
            del self.processes[name]

    def kill(self, name: str) -> None:
        """End one process and its children at once, as a power cut would."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):  # it is gone already
            os.killpg(process.pid, 9)
        process.wait()

    def _start(self, name: str, module: str, *arguments: str) -> None:
        command = [sys.executable, "-m", module, *arguments]
        log = None if self._log is None else self._stack.enter_context(self._log.open("ab"))
        self.processes[name] = subprocess.Popen(
            command, cwd=self._root, env=self.environment, stderr=log, start_new_session=True
        )

    def _wait_until_answering(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/health/live", timeout=1):
                    return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
