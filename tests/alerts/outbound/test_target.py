"""What an address must look like, before anything is looked up."""

import pytest
from pytest_django import Settings

from alerts.outbound import AddressRefused, target_of


@pytest.fixture
def strict(settings: Settings) -> None:
    """As an installation has it that allows nothing beside the public internet."""
    settings.OUTBOUND_ALLOWED_NETWORKS = []


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize(
    ("url", "receiver"),
    [
        ("https://example.org/hook?a=1", "example.org:443"),
        ("HTTPS://EXAMPLE.org:8443", "example.org:8443"),
        ("https://faß.example/", "xn--fa-hia.example:443"),
        ("https://1.1.1.1/", "1.1.1.1:443"),
        ("https://[2606:4700::1111]/", "2606:4700::1111:443"),
    ],
)
def test_https_in_the_public_internet_is_taken(url: str, receiver: str) -> None:
    assert target_of(url).receiver == receiver


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "//example.org/",
        "example.org",
        "",
        "https://",
        "https:///path",
        "https://exa mple.org/",
        "https://exa%6dple.org/",
        "https://example.org\t/",
        "https://-example.org/",
        "https://user@example.org/",
        "https://user:secret@example.org/",
        "https://example.org\\@127.0.0.1/",
        "https://[::1]:443@example.org/",
        "https://example.org:22/",
        "https://example.org:80/",
        "https://example.org:0/",
        "https://example.org:70000/",
        "https://127.0.0.1/",
        "https://127。0。0。1/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fd00:ec2::254]/",
        "https://[fe80::1%25eth0]/",
        f"https://{'a' * 300}.example/",
    ],
)
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        target_of(url)


def test_the_refusal_does_not_repeat_the_address() -> None:
    with pytest.raises(AddressRefused) as refused:
        target_of("https://user:hunter2@example.org/")
    assert "hunter2" not in refused.value.detail


def test_a_target_shows_no_path_where_it_is_printed() -> None:
    assert "token" not in repr(target_of("https://example.org/token"))


def test_networks_of_the_installation_may_be_called_in_plain_and_at_any_port() -> None:
    assert target_of("http://127.0.0.1:9000/").receiver == "127.0.0.1:9000"
    with pytest.raises(AddressRefused):
        target_of("http://10.0.0.1/")
