"""Calling addresses that people gave (see `alerts.outbound`).

Only the public internet is called, by HTTPS. `OUTBOUND_ALLOWED_NETWORKS` names networks beside it (CIDR, comma
separated) that may be called as well, also by plain HTTP and at any port: for receivers in the same house.
"""

from ipaddress import ip_network

import environ

from backend.settings.environment import PRODUCTION, env

_LOOPBACK = ["127.0.0.0/8", "::1/128"]
try:
    OUTBOUND_ALLOWED_NETWORKS = [
        ip_network(network.strip())
        for network in env.list("OUTBOUND_ALLOWED_NETWORKS", default=[] if PRODUCTION else _LOOPBACK)
    ]
except ValueError as error:
    raise environ.ImproperlyConfigured(f"OUTBOUND_ALLOWED_NETWORKS must be networks (CIDR): {error}") from error
