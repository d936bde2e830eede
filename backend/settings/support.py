"""The pages for the operator's support: off unless asked for (`docs/operating.md`)."""

from ipaddress import ip_network

import environ

from backend.settings.environment import env

SUPPORT_PAGES = env.bool("SUPPORT_PAGES")
# How long one showing of the second factor opens them, however long the session lasts.
SUPPORT_MINUTES = env.int("SUPPORT_MINUTES", default=30)
try:
    # Where they may be opened from, such as 10.8.0.0/16; empty is anywhere.
    SUPPORT_NETWORKS = [ip_network(network.strip()) for network in env.list("SUPPORT_NETWORKS", default=[])]
except ValueError:
    raise environ.ImproperlyConfigured("SUPPORT_NETWORKS must be networks such as 10.8.0.0/16") from None

if not 5 <= SUPPORT_MINUTES <= 480:
    raise environ.ImproperlyConfigured("SUPPORT_MINUTES must be between 5 and 480")
if SUPPORT_NETWORKS and not SUPPORT_PAGES:
    raise environ.ImproperlyConfigured(
        "SUPPORT_NETWORKS says where SUPPORT_PAGES may be opened from, and these are off"
    )
if any(network.version == 6 and network.prefixlen > 64 for network in SUPPORT_NETWORKS):
    raise environ.ImproperlyConfigured("SUPPORT_NETWORKS must be /64 or wider in IPv6: no more is known of a client")
