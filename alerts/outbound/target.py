"""Reading an address that someone gave: what may be called by its looks, before anything is looked up."""

import re
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from typing import Final

import httpx
from django.conf import settings
from django.utils.translation import gettext_noop as _

from alerts.outbound.errors import AddressRefused
from alerts.outbound.reachable import Address, may_call

_PORTS: Final = frozenset({443, 8443})
"""Where HTTPS is served; anywhere else a call could talk to what is no web server at all."""
_NAME: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,252})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Target:
    """An address in its parts, as they are used: the host by its ASCII name or as a plain IP address."""

    secure: bool
    host: str
    port: int
    path: bytes = field(repr=False)

    @property
    def receiver(self) -> str:
        """Who is called: all addresses at one host and port are one receiver."""
        return f"{self.host}:{self.port}"

    @property
    def is_usual(self) -> bool:
        """Whether it may be called wherever it leads in the public internet."""
        return self.secure and self.port in _PORTS


def target_of(url: str) -> Target:
    """The parts of `url`. Raises AddressRefused, with a sentence for whoever gave it.

    HTTPS at 443 or 8443, without a user. What else the networks in `OUTBOUND_ALLOWED_NETWORKS` may be called by is
    looked at again when the name is resolved, like every address that a name leads to.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise AddressRefused(_("must be an address that begins with https://")) from error
    host = parsed.raw_host.decode("ascii")
    if parsed.scheme not in {"https", "http"} or not _is_host(host):
        raise AddressRefused(_("must be an address that begins with https://"))
    if parsed.userinfo:
        raise AddressRefused(_("must not hold a user or a password"))
    secure = parsed.scheme == "https"
    usual = 443 if secure else 80
    target = Target(secure, host, usual if parsed.port is None else parsed.port, parsed.raw_path)
    _require_suitable(target)
    return target


def _require_suitable(target: Target) -> None:
    if not settings.OUTBOUND_ALLOWED_NETWORKS and not target.is_usual:
        raise AddressRefused(_("must begin with https:// and use port 443 or 8443"))
    if not 0 < target.port < 65536:
        raise AddressRefused(_("must use a port from 1 to 65535"))
    literal = _literal(target.host)
    if literal is not None and not may_call(literal, allowed=settings.OUTBOUND_ALLOWED_NETWORKS):
        raise AddressRefused(_("must lead to the public internet"))


def _is_host(host: str) -> bool:
    return _NAME.fullmatch(host) is not None or isinstance(_literal(host), IPv6Address)


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
