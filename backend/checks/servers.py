"""The servers it works with, and how patient it is with clients."""

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from backend.checks.fault import Fault
from diary.api.imports import LARGEST
from diary.redis_server import sentinels

_SHORTEST_PASSWORD: Final = 12
_HERE: Final = frozenset({"", "localhost"})


def database() -> list[Fault]:
    """On another machine, not with a password that is soon guessed."""
    used = settings.DATABASES["default"]
    if not is_here(used["HOST"]) and used["PASSWORD"] and len(used["PASSWORD"]) < _SHORTEST_PASSWORD:
        return [Fault("DATABASE_URL", f"must have a password of {_SHORTEST_PASSWORD} characters or more")]
    return []


def broker() -> list[Fault]:
    """A Redis-protocol server, the same."""
    url = urlsplit(settings.REDIS_URL)
    if url.scheme not in {"redis", "rediss", "sentinel"}:
        return [Fault("REDIS_URL", "must start with redis://, rediss:// or sentinel://")]
    named = sentinels(settings.REDIS_URL)
    hosts = [url.hostname or ""] if named is None else [host for host, _ in named.addresses]
    if not all(map(is_here, hosts)) and url.password and len(url.password) < _SHORTEST_PASSWORD:
        return [Fault("REDIS_URL", f"must have a password of {_SHORTEST_PASSWORD} characters or more")]
    return []


def patience() -> list[Fault]:
    """With less, honest phones are cut off, and no import fits."""
    faults = []
    if not 1 <= settings.FRONT_STALL_SECONDS <= 600:
        faults.append(Fault("FRONT_STALL_SECONDS", "must be between 1 and 600"))
    if settings.FRONT_ROOM_BYTES < 2 * LARGEST:
        faults.append(Fault("FRONT_ROOM_BYTES", f"must be {2 * LARGEST} or more, for an import and an export"))
    return faults


def is_here(host: str) -> bool:
    """Whether `host` is this machine: nothing on its way there can be read by others."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in _HERE or host.startswith("/")
