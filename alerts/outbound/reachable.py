"""Which network addresses may be called: those of the public internet, and what the installation allows beside them.

The networks are those that the IANA special-purpose address registries (RFC 6890) do not call globally reachable, and
some that lead inside all the same. They are written out because Python's `is_global` changes from one patch to the
next.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_REFUSED: Final[tuple[Network, ...]] = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network; 0.0.0.0 itself connects to loopback
        "10.0.0.0/8",  # private (RFC 1918)
        "100.64.0.0/10",  # carrier-grade NAT, and in it Alibaba's metadata
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # the inside of Azure's machines, at a public address
        "169.254.0.0/16",  # link-local, and in it most clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments, and in it Oracle's metadata
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "2001::/23",  # protocol assignments: Teredo (an IPv4 address inside), ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address inside
        "3fff::/20",  # documentation
    )
)
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
"""All that is given out of IPv6; loopback, link-local, private, multicast and IPv4-compatible lie outside."""
_NAT64: Final = IPv6Network("64:ff9b::/96")


def may_call(address: Address, *, allowed: Iterable[Network] = ()) -> bool:
    """Whether the address is public, or in one of the networks that the installation allows."""
    address = _inner(address)
    if any(address in network for network in allowed):
        return True
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return not any(address in network for network in _REFUSED)


def is_within(address: Address, networks: Iterable[Network]) -> bool:
    """Whether the address is in one of the networks, also when it is an IPv4 address in the clothes of IPv6."""
    address = _inner(address)
    return any(address in network for network in networks)


def _inner(address: Address) -> Address:
    """The IPv4 address that a mapped one or the well-known prefix of NAT64 (RFC 6052) leads to, else the address."""
    if not isinstance(address, IPv6Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else address
