"""The host names it answers to, and the proxies between it and the internet."""

import re
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host

from backend.checks.fault import Fault

_NAME: Final = re.compile(r"\.?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\]")

LONGEST_URL: Final = 80
"""Characters: the address in a SMART Health Link has at most 128, of which 48 name the link."""


def hosts() -> list[Fault]:
    """Each is a name, or a domain with a dot before it; `*` would let a request choose the name of the service."""
    wrong = [name for name in settings.ALLOWED_HOSTS if not _NAME.fullmatch(name.lower())]
    if not wrong:
        return []
    return [Fault("ALLOWED_HOSTS", f"must be host names without scheme, port or *, separated by commas, not {wrong}")]


def public_url() -> list[Fault]:
    """Links in mails lead there, and passkeys belong to it."""
    url = urlsplit(settings.PUBLIC_URL)
    if url.scheme != "https" or not url.hostname or url.username:
        return [Fault("PUBLIC_URL", "must start with https:// and a host name")]
    if url.path or url.query or url.fragment:
        return [Fault("PUBLIC_URL", "must have no path: the service answers at the root of the host")]
    if len(settings.PUBLIC_URL) > LONGEST_URL:
        return [Fault("PUBLIC_URL", f"must have at most {LONGEST_URL} characters, or shared links become too long")]
    if not validate_host(url.hostname, settings.ALLOWED_HOSTS):
        return [Fault("PUBLIC_URL", "has a host that is not in ALLOWED_HOSTS, so its links would be refused")]
    return []


def browser_apps() -> list[Fault]:
    """Each is the origin of an app: a page from there may call the API with a token that it has."""
    wrong = [origin for origin in settings.CORS_ALLOWED_ORIGINS if not _is_origin(origin)]
    if not wrong:
        return []
    return [Fault("CORS_ORIGINS", f"must be origins such as https://app.example.org, without a path or *: not {wrong}")]


def _is_origin(said: str) -> bool:
    url = urlsplit(said)
    return url.scheme == "https" and bool(url.hostname) and said == f"https://{url.netloc}" and not url.username


def proxies() -> list[Fault]:
    """Behind a proxy that is not counted everyone has the proxy's address, and shares one limit."""
    count: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if count < 0:
        return [Fault("TRUSTED_PROXIES", "must be 0 or more")]
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None) and count == 0:
        return [
            Fault("TRUSTED_PROXIES", "must be 1 or more with BEHIND_HTTPS_PROXY, or everyone shares one rate limit")
        ]
    return []


def networks() -> list[Fault]:
    """Whoever has an account can reach what is named here."""
    wide = [
        str(network) for network in settings.OUTBOUND_ALLOWED_NETWORKS if network.prefixlen < _WIDEST[network.version]
    ]
    return [Fault("OUTBOUND_ALLOWED_NETWORKS", f"must be networks of your own, not {wide}")] if wide else []


_WIDEST: Final = {4: 8, 6: 16}
