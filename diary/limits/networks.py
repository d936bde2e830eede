"""Where a request comes from, as far as that can be believed."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from django.conf import settings
from django.http import HttpRequest

_IPV4_PREFIX: Final = 24
_IPV6_PREFIX: Final = 48


def network_of(request: HttpRequest) -> str:
    """The address that the request came from, in one spelling; of IPv6 the network of 64 bits that one customer has.

    Of `X-Forwarded-For` only what our own proxies (`TRUSTED_PROXIES`) added counts: anyone can write the rest.
    """
    proxies: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    header = request.META.get("HTTP_X_FORWARDED_FOR")
    forwarded = header.split(",") if header else []
    told = forwarded[-proxies] if 0 < proxies <= len(forwarded) else request.META.get("REMOTE_ADDR", "")
    try:
        address = ip_address(told.strip())
    except ValueError:
        return "unknown"
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))


def wide_network_of(request: HttpRequest) -> str:
    """The /24 (IPv4) or /48 (IPv6) that a request came from.

    A customer of a hosting company easily has many addresses of one /24, and every customer has a /64 and often a /48
    of IPv6: counting single addresses would count no one.
    """
    address = network_of(request)
    if address == "unknown":
        return address
    prefix = _IPV6_PREFIX if ":" in address else _IPV4_PREFIX
    return str(ip_network(f"{address}/{prefix}", strict=False))
