"""Which addresses may be called, whatever clothes they come in."""

from ipaddress import ip_address, ip_network

import pytest

from alerts.outbound.reachable import is_within, may_call

INSIDE = [
    "0.0.0.0",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",  # Alibaba's metadata
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",  # Azure's
    "169.254.169.254",  # most others'
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",  # Oracle's
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
]
OUTSIDE = ["1.1.1.1", "9.255.255.255", "100.63.255.255", "100.128.0.1", "172.15.255.255", "172.32.0.1", "198.20.0.1"]


@pytest.mark.parametrize("address", INSIDE)
def test_what_leads_inside_is_refused(address: str) -> None:
    assert not may_call(ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_the_public_internet_may_be_called(address: str) -> None:
    assert may_call(ip_address(address))


@pytest.mark.parametrize("address", INSIDE)
@pytest.mark.parametrize("clothes", ["::ffff:{}", "64:ff9b::{}", "::{}", "64:ff9b:1::{}", "2002:{:x}::1"])
def test_an_inner_address_in_clothes_of_ipv6_is_refused(address: str, clothes: str) -> None:
    plain = ip_address(address)
    halves = f"{int(plain) >> 16:x}:{int(plain) & 0xFFFF:x}"
    worn = f"2002:{halves}::1" if clothes.startswith("2002") else clothes.format(halves)
    assert not may_call(ip_address(worn)), worn


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("::7f00:1", "IPv4-compatible"),
        ("fe80::1", "link-local"),
        ("fe80::1%2", "link-local with a zone"),
        ("fec0::1", "site-local"),
        ("fc00::1", "unique local"),
        ("fd00:ec2::254", "metadata"),
        ("ff02::1", "multicast"),
        ("2001::1", "Teredo"),
        ("2001:0:7f00:1::1", "Teredo"),
        ("2001:2::1", "benchmarks"),
        ("2001:db8::1", "documentation"),
        ("2002:7f00:1::", "6to4"),
        ("2002:808:808::", "6to4 of a public address: nobody needs it"),
        ("3fff::1", "documentation"),
        ("4000::1", "not given out"),
        ("64:ff9b:1::808:808", "NAT64 of a network's own"),
        ("100::1", "discard"),
    ],
)
def test_special_addresses_of_ipv6_are_refused(address: str, what: str) -> None:
    assert not may_call(ip_address(address)), what


@pytest.mark.parametrize("address", ["2606:4700::1111", "2a00:1450::1", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_the_public_internet_may_be_called_by_ipv6(address: str) -> None:
    assert may_call(ip_address(address))


@pytest.mark.parametrize("address", ["10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::a01:203"])
def test_an_installation_may_allow_a_network_of_its_own(address: str) -> None:
    allowed = [ip_network("10.1.0.0/16")]
    assert may_call(ip_address(address), allowed=allowed)
    assert is_within(ip_address(address), allowed)
    assert not may_call(ip_address("10.2.0.1"), allowed=allowed)
    assert not is_within(ip_address("1.1.1.1"), allowed)
