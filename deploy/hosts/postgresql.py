"""PostgreSQL on two hosts, kept by Patroni, which asks three etcd hosts who is the primary.

The standby is synchronous: a commit is answered when both have it on disk. While there is no standby the primary
answers alone (`synchronous_mode` without `strict`), and then it is not replaced by one that lacks what it answered.
"""

import json
import secrets
import sys
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from backend.local.embedded.postgresql import BINARIES
from backend.local.embedded.processes import kill_with_children
from deploy.hosts.network import Host

PORT: Final = 5432
API: Final = 8008
"""Where Patroni says which of them is the primary."""
TTL: Final = 20
"""Seconds after which a primary that is not heard of is replaced; Patroni allows no less."""

_LASTING: Final = {
    "ttl": TTL,
    "loop_wait": 2,
    "retry_timeout": 5,
    "primary_start_timeout": 0,  # one that died is replaced, not waited for
    "synchronous_mode": True,
    "failsafe_mode": True,  # etcd may be away: as long as both see each other, nothing changes
    "postgresql": {
        "use_pg_rewind": True,
        "parameters": {
            "max_connections": 60,
            "wal_sender_timeout": "5s",  # a standby that is cut off holds up writes for no longer
            "wal_receiver_timeout": "5s",
            "tcp_user_timeout": "10s",
            "tcp_keepalives_idle": 5,
            "tcp_keepalives_interval": 2,
            "tcp_keepalives_count": 3,
            "shared_buffers": "64MB",
            "timezone": "UTC",
            # Failing statements and their details carry what people wrote about their health.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
        },
    },
}


@dataclass
class Cluster:
    """`hosts` keep the data, `voters` are those with etcd."""

    hosts: list[Host]
    voters: list[Host]
    passwords: dict[str, str] = field(
        default_factory=lambda: {name: secrets.token_hex(12) for name in ("postgres", "replicator", "rewind")}
    )

    def start_votes(self, host: Host) -> None:
        """etcd on one of the voters."""
        address = f"http://{host.address}"
        host.start(
            *("etcd", "etcd", "--name", host.name, "--data-dir", str(host.directory / "etcd")),
            *("--listen-client-urls", f"{address}:2379", "--advertise-client-urls", f"{address}:2379"),
            *("--listen-peer-urls", f"{address}:2380", "--initial-advertise-peer-urls", f"{address}:2380"),
            *("--initial-cluster", ",".join(f"{one.name}=http://{one.address}:2380" for one in self.voters)),
            *("--heartbeat-interval", "200", "--election-timeout", "2000", "--log-level", "error"),
        )

    def start(self, host: Host) -> None:
        """Patroni, which starts PostgreSQL: as primary where there is none, else as a copy of the one that is."""
        configuration = host.directory / "patroni.yml"
        configuration.write_text(json.dumps(self._configuration(host), indent=2))  # JSON is YAML
        host.start("patroni", sys.executable, "-m", "patroni", str(configuration), root=False)

    def roles(self, host: Host) -> list[str]:
        """What Patroni on `host` says of the members that are up, such as `leader` and `sync_standby`."""
        try:
            members = httpx.get(f"http://{host.address}:{API}/cluster", timeout=2).json()["members"]
        except httpx.HTTPError:
            return []
        return [member["role"] for member in members if member["state"] in {"running", "streaming"}]

    def kill_postgresql(self, host: Host) -> None:
        """PostgreSQL and its children end with signal 9; Patroni lives."""
        pid = int((host.directory / "postgresql" / "postmaster.pid").read_text().split()[0])
        kill_with_children(pid)

    def url(self, *, database: str = "postgres") -> str:
        """The superuser's way to the primary, whichever that is."""
        hosts = ",".join(f"{host.address}:{PORT}" for host in self.hosts)
        options = "target_session_attrs=read-write&connect_timeout=5"
        return f"postgresql://postgres:{self.passwords['postgres']}@{hosts}/{database}?{options}"

    def _configuration(self, host: Host) -> dict[str, Any]:
        of_this_run = "10.77.0.0/24 scram-sha-256"
        return {
            "scope": "diary",
            "name": host.name,
            "log": {"level": "INFO"},
            "restapi": {"listen": f"{host.address}:{API}", "connect_address": f"{host.address}:{API}"},
            "etcd3": {"hosts": [f"{one.address}:2379" for one in self.voters]},
            "bootstrap": {
                "dcs": _LASTING,
                "initdb": [
                    {"encoding": "UTF8"},
                    {"locale-provider": "builtin"},
                    {"builtin-locale": "C.UTF-8"},
                    {"locale": "C"},
                    "data-checksums",
                ],
            },
            "postgresql": {
                "listen": f"{host.address}:{PORT}",
                "connect_address": f"{host.address}:{PORT}",
                "data_dir": str(host.directory / "postgresql"),
                "bin_dir": str(BINARIES),
                "pgpass": str(host.directory / "pgpass"),
                "authentication": {
                    "superuser": {"username": "postgres", "password": self.passwords["postgres"]},
                    "replication": {"username": "replicator", "password": self.passwords["replicator"]},
                    "rewind": {"username": "rewind", "password": self.passwords["rewind"]},
                },
                "pg_hba": [f"host all all {of_this_run}", f"host replication replicator {of_this_run}"],
                "parameters": {"unix_socket_directories": ""},
            },
            "tags": {},
        }
