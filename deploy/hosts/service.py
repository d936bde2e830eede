"""The service's own processes: API, workers and beat, each on the hosts that it runs on, with production settings."""

import os
import secrets
import sys
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from backend.roles import OWNER, SERVICE, make_roles
from deploy.hosts.balancer import PORT
from deploy.hosts.network import HERE, Host
from deploy.hosts.pooling import POOLED

ROOT: Final = Path(__file__).resolve().parents[2]
NAME: Final = "diary.example.org"
_OLD_REDIS: Final = "redis://:{password}@{address}:6379/0"


@dataclass
class Service:
    """What all hosts share: secrets, and where the servers are. `root` is the code that is started from now on."""

    redis_url: str
    mail_url: str = f"smtp://{HERE}:25"
    root: Path = ROOT
    passwords: dict[str, str] = field(
        default_factory=lambda: {role: secrets.token_hex(12) for role in (OWNER, SERVICE)}
    )
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(50))
    note_keys: str = field(default_factory=lambda: urlsafe_b64encode(secrets.token_bytes(32)).decode())

    def environment(self, *, role: str = SERVICE) -> dict[str, str]:
        """Of each process; its database is the pooler on its own host."""
        # A release before `none` was known: never.
        threshold = "none" if self.root == ROOT else "1000000000"
        database = f"postgres://{role}:{self.passwords[role]}@127.0.0.1:{POOLED}/postgres?prepare_threshold={threshold}"
        return {
            "DEPLOYMENT": "production",
            "DJANGO_SETTINGS_MODULE": "backend.settings",
            "SECRET_KEY": self.secret_key,
            "NOTE_KEYS": self.note_keys,
            "DATABASE_URL": database,
            "REDIS_URL": self.redis_url,
            "EMAIL_URL": self.mail_url,
            "DEFAULT_FROM_EMAIL": "diary@example.org",
            "SUPPORT_EMAIL": "support@example.org",
            "ALLOWED_HOSTS": NAME,
            "PUBLIC_URL": f"https://{NAME}",
            "BEHIND_HTTPS_PROXY": "yes",
            "TRUSTED_PROXIES": "1",
            "LOG_LEVEL": "WARNING",
            "PYTHONPATH": str(self.root),
            "DATA_DIR": "/run/hosts",
        }

    def make_roles(self, administrator: str) -> None:
        """The roles of the database, by its superuser."""
        make_roles(administrator, owner_password=self.passwords[OWNER], service_password=self.passwords[SERVICE])

    def migrate(self, host: Host) -> None:
        """The tables as this code has them."""
        self.manage(host, "migrate", "--no-input", "--verbosity", "0", role=OWNER)

    def manage(self, host: Host, *command: str, role: str = SERVICE) -> str:
        """A management command; gives what it prints."""
        environment = self.environment(role=role)
        return host.run(sys.executable, "manage.py", *command, environment=environment, directory=self.root)

    def start_api(self, host: Host) -> None:
        """The API on `host`; it answers soon after."""
        self._start(host, "api", "backend.front", "--host", host.address, "--port", str(PORT), "--workers", "1")

    def start_worker(self, host: Host) -> None:
        """A worker for all queues but webhooks: so small an installation needs no more."""
        self._celery(
            *(host, "worker", "--queues", "screening,delivery,courtesies", "--concurrency", "2"),
            *("--hostname", f"celery@{host.name}"),
        )

    def start_beat(self, host: Host) -> None:
        """The clock; one on each worker host."""
        self._celery(host, "beat")

    def restart(self, host: Host, *names: str) -> None:
        """Stop these as a deploy does, and start them from the code that `root` is now."""
        starts = {"api": self.start_api, "worker": self.start_worker, "beat": self.start_beat}
        for name in names:
            host.stop(name)
            starts[name](host)

    def wait_until_answering(self, host: Host, *, patience: float = 90.0) -> None:
        """Until the API on `host` says that it reaches the database. Raises TimeoutError."""
        deadline = time.monotonic() + patience
        while not self._reaches_the_database(host):
            if time.monotonic() > deadline:
                raise TimeoutError(f"the API on {host.name} does not answer: {host.say('api')}")
            time.sleep(0.2)

    @staticmethod
    def _reaches_the_database(host: Host) -> bool:
        try:
            answer = httpx.get(f"http://{host.address}:{PORT}/health/ready", headers={"Host": NAME}, timeout=5)
        except httpx.HTTPError:
            return False
        return bool(answer.json().get("database"))

    def _celery(self, host: Host, name: str, *options: str) -> None:
        self._start(host, name, "celery", "--app", "backend.celery", name, "--loglevel", "warning", *options)

    def _start(self, host: Host, name: str, module: str, *options: str) -> None:
        environment = self.environment()
        if os.environ.get("PYTHONDONTWRITEBYTECODE"):
            environment["PYTHONDONTWRITEBYTECODE"] = "1"
        host.start(name, sys.executable, "-m", module, *options, environment=environment, directory=self.root)
