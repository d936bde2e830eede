"""Where Redis is: one server, or the one that Sentinel says is the primary now.

`REDIS_URL` is `redis://:password@host:6379/0`, or names the Sentinels and what they call the group that they watch:
`sentinel://:password@one:26379,two:26379,three:26379/0?primary=diary`. The password is that of the servers.
"""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import redis
from redis.sentinel import Sentinel

_SCHEME: Final = "sentinel://"
_PORT: Final = 26379
_PATIENCE: Final = ("socket_timeout", "socket_connect_timeout", "retry")


@dataclass(frozen=True, slots=True)
class Sentinels:
    """Those who are asked, in this order, and the name of the group whose primary is meant."""

    addresses: tuple[tuple[str, int], ...]
    primary: str
    database: int
    username: str | None
    password: str | None


def sentinels(url: str) -> Sentinels | None:
    """Those that the URL names; None if it leads to a server directly. Raises ValueError for one that is incomplete."""
    if not url.startswith(_SCHEME):
        return None
    parts = urlsplit(url)
    credentials, _, hosts = parts.netloc.rpartition("@")
    username, _, password = credentials.partition(":")
    primary = parse_qs(parts.query).get("primary", [""])[0]
    addresses = tuple(_address(host) for host in hosts.split(",") if host)
    if not primary or not addresses:
        raise ValueError("name the Sentinels and the primary: sentinel://:password@host:26379,…/0?primary=name")
    return Sentinels(
        addresses, primary, int(parts.path.strip("/") or 0), unquote(username) or None, unquote(password) or None
    )


def _address(host: str) -> tuple[str, int]:
    parts = urlsplit(f"//{host}")
    return parts.hostname or "", parts.port or _PORT


def client(url: str, **options: Any) -> redis.Redis:
    """Connects when it is first used, and with Sentinels asks them before each new connection.

    `options` are those of `redis.Redis`; time-outs and retries hold for the Sentinels too, each of which may be away.
    """
    named = sentinels(url)
    if named is None:
        return redis.Redis.from_url(url, **options)
    asking = {name: options[name] for name in _PATIENCE if name in options}
    options |= {"db": named.database, "username": named.username, "password": named.password}
    watching: Any = Sentinel(named.addresses, sentinel_kwargs=asking, **options)  # type: ignore[no-untyped-call]
    primary: redis.Redis = watching.master_for(named.primary)
    return primary


def broker_url(url: str) -> str:
    """The same as Celery has it."""
    named = sentinels(url)
    if named is None:
        return url
    credentials, at, _ = urlsplit(url).netloc.rpartition("@")
    every = (f"{_SCHEME}{credentials}{at}{_netloc(*address)}" for address in named.addresses)
    return ";".join(f"{one}/{named.database}" for one in every)


def _netloc(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
