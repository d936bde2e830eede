"""Calling addresses that people gave (see `alerts.outbound`).

Only the public internet is called, by HTTPS. `OUTBOUND_ALLOWED_NETWORKS` names networks beside it (CIDR, comma
separated) that may be called as well, also by plain HTTP and at any port: for receivers in the same house.
"""

from ipaddress import ip_network

from backend.settings.environment import PRODUCTION, env

_LOOPBACK = ["127.0.0.0/8", "::1/128"]
OUTBOUND_ALLOWED_NETWORKS = [
    ip_network(network.strip())
    for network in env.list("OUTBOUND_ALLOWED_NETWORKS", default=[] if PRODUCTION else _LOOPBACK)
]

# Calls in progress at once (see `alerts.outbound.slots`), of the 16 threads of one worker. A call may take 15 seconds,
# so a slow receiver could keep a thread for that long.
OUTBOUND_AT_ONCE = {
    "receiver": 2,  # one host and port
    "push service": 8,  # one of those below: half of all browsers are behind the largest
    "account": 4,  # an honest one has a few browsers and webhooks, which are done in a second
    "account unproved": 1,
    # All that never answered in time, whoever they belong to: three quarters of the threads stay for the others.
    "unproved": 4,
}
# Where browsers subscribe, each with its subdomains: Chrome and its kin, Firefox, Safari, Edge.
PUSH_SERVICES = env.list(
    "PUSH_SERVICES",
    default=["fcm.googleapis.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com"],
)
