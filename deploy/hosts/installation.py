"""Everything together: which servers are on which host, and in what order they start."""

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import psycopg

from backend.roles import SERVICE
from deploy.hosts.balancer import start_balancer
from deploy.hosts.broker import Broker
from deploy.hosts.mail import MailServer
from deploy.hosts.network import Host, make_bridge
from deploy.hosts.pooling import start_pool
from deploy.hosts.postgresql import Cluster
from deploy.hosts.service import Service

NUMBERS: Final = {
    "edge": 10,
    "api1": 11,
    "api2": 12,
    "work1": 21,
    "work2": 22,
    "db1": 31,
    "db2": 32,
    "keys1": 41,
    "keys2": 42,
    "third": 50,
}
_SIGN_UP: Final = """
import json, sys
import django; django.setup()
from django.utils import timezone
try:
    from diary.identity.provisioning import issue_token, register
except ImportError:  # the release before
    from diary.accounts import issue_token, register
found = {}
for email in sys.argv[1:]:
    user = register(email=email, password=None, name="", now=timezone.now())
    found[email] = issue_token(user=user, now=timezone.now())
print(json.dumps(found))
"""


class Installation:
    """Ten hosts: a balancer, two for the API, two for workers, two databases, two brokers, and one that only votes."""

    def __init__(self) -> None:
        make_bridge()
        self.hosts = {name: Host(name, number) for name, number in NUMBERS.items()}
        self.edge = self.hosts["edge"]
        self.apis = [self.hosts["api1"], self.hosts["api2"]]
        self.workers = [self.hosts["work1"], self.hosts["work2"]]
        keys = [self.hosts["keys1"], self.hosts["keys2"]]
        self.voters = [*keys, self.hosts["third"]]
        self.cluster = Cluster([self.hosts["db1"], self.hosts["db2"]], self.voters)
        self.broker = Broker(keys, self.voters)
        self.service = Service(self.broker.url)
        self.mail = MailServer()

    @property
    def url(self) -> str:
        """Where phones call."""
        return f"http://{self.edge.address}:443"

    def start_servers(self) -> None:
        """What the service needs; when this returns there is a primary with a synchronous standby."""
        self.mail.start()
        for voter in self.voters:
            self.cluster.start_votes(voter)
        for host in self.cluster.hosts:
            self.cluster.start(host)
        first, second = self.broker.hosts
        self.broker.start(first, replica_of=None)
        self.broker.start(second, replica_of=first)
        for voter in self.voters:
            self.broker.start_sentinel(voter)
        until(lambda: self.primary() is not None, 90, "there is no primary")
        self.service.make_roles(self.cluster.url())
        for host in (*self.apis, *self.workers):
            self.start_pool(host)
        until(self.has_standby, 90, "there is no synchronous standby")

    def start_service(self) -> None:
        """The service's own processes from the code that `service.root` is; when this returns, it answers."""
        self.service.migrate(self.apis[0])
        for host in self.apis:
            self.service.start_api(host)
        for host in self.workers:
            self.service.start_worker(host)
            self.service.start_beat(host)
        start_balancer(self.edge, self.apis)
        for host in self.apis:
            self.service.wait_until_answering(host)

    def mend(self) -> None:
        """Plug in every cable, set every clock, and start what should run on a host and does not."""
        for host in self.hosts.values():
            host.join()
            if host.environment:
                host.environment = {}
                for name in {"api", "worker", "beat"} & set(host.processes):
                    host.stop(name)
        for host, name, start in self._wanted():
            if not host.runs(name):
                start(host)
        for host in self.apis:
            self.service.wait_until_answering(host, patience=240)

    def _wanted(self) -> Iterator[tuple[Host, str, Callable[[Host], None]]]:
        for host in self.voters:
            yield host, "etcd", self.cluster.start_votes
            yield host, "sentinel", self.broker.start_sentinel
        for host in self.broker.hosts:
            yield host, "valkey", self.broker.start_replica
        for host in self.cluster.hosts:
            yield host, "patroni", self.cluster.start
        for host in (*self.apis, *self.workers):
            yield host, "primary", self.start_pool
        for host in self.apis:
            yield host, "api", self.service.start_api
        for host in self.workers:
            yield host, "worker", self.service.start_worker
            yield host, "beat", self.service.start_beat

    def start_pool(self, host: Host) -> None:
        """HAProxy and PgBouncer of one of the service's hosts."""
        start_pool(host, self.cluster, passwords=self.service.passwords)

    def sign_up(self, *emails: str) -> dict[str, str]:
        """Accounts with a token for a phone each."""
        environment = self.service.environment(role=SERVICE)
        printed = self.apis[0].run(
            sys.executable, "-c", _SIGN_UP, *emails, environment=environment, directory=self.service.root
        )
        return dict(json.loads(printed.splitlines()[-1]))

    def ask(self, statement: str, *parameters: object) -> list[tuple[object, ...]]:
        """Ask the primary, past the pooler. Raises psycopg.Error."""
        with psycopg.connect(self.cluster.url(), autocommit=True) as connection:
            return connection.execute(statement, parameters or None).fetchall()

    def keep_logs(self, directory: Path) -> None:
        """Copy what all processes wrote, which is gone with this run otherwise."""
        for host in self.hosts.values():
            for log in host.directory.glob("*.log"):
                kept = directory / host.name
                kept.mkdir(parents=True, exist_ok=True)
                shutil.copy(log, kept)

    def primary(self) -> Host | None:
        """The host that takes writes now."""
        try:
            ((address,),) = self.ask("SELECT host(inet_server_addr())")
        except psycopg.Error:
            return None
        return next(host for host in self.cluster.hosts if host.address == address)

    def has_standby(self) -> bool:
        """Whether each commit now waits for a standby that Patroni would promote."""
        roles = {role for host in self.cluster.hosts for role in self.cluster.roles(host)}
        return {"leader", "sync_standby"} <= roles

    def stored(self) -> dict[str, int]:
        """Every entry that the database has: id → worst pain."""
        found = self.ask("SELECT id, worst_pain FROM diary_entry WHERE worst_pain IS NOT NULL")
        return {str(id_): int(str(pain)) for id_, pain in found}


def until(done: Callable[[], bool], patience: float, otherwise: str) -> float:
    """Wait until `done`; gives the seconds that it took. Raises TimeoutError."""
    began = time.monotonic()
    while not done():
        if time.monotonic() - began > patience:
            raise TimeoutError(f"{otherwise} after {patience:.0f} s")
        time.sleep(0.1)
    return time.monotonic() - began
