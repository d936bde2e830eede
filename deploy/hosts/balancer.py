"""HAProxy before the API hosts: in a real installation it ends TLS too, and there are two of them."""

from typing import Final

from deploy.hosts.network import Host

PORT: Final = 8000

# What decides is whether a host reaches the database, which its readiness says: 503 alone would not do, since a late
# worker is the whole installation's trouble and taking API hosts away would add to it.
_CONFIGURATION: Final = """
global
    maxconn 1000

defaults
    mode http
    timeout connect 2s
    timeout client 60s
    timeout server 60s
    timeout check 6s
    timeout http-keep-alive 30s
    option forwardfor
    # A host that is stopped or lost costs a second try on another, not an error.
    retries 3
    option redispatch 1
    retry-on conn-failure empty-response
    # The service closes what is idle for 10 seconds.
    default-server pool-purge-delay 5s

frontend phones
    bind :443
    http-request set-header X-Forwarded-Proto https
    http-request disable-l7-retry if METH_POST  # not safe twice
    use_backend any if { nbsrv(api) eq 0 }
    default_backend api

backend api
    option httpchk
    http-check send meth GET uri /health/ready hdr Host diary.example.org
    http-check expect rstring "database\\":[ ]*true"
    default-server inter 2s fastinter 500ms fall 2 rise 1
@checked@

# When none reaches the database, the service itself says so, and how long to wait.
backend any
@unchecked@
"""


def start_balancer(host: Host, apis: list[Host]) -> None:
    """It listens on port 443 of `host`, without TLS in this model."""
    servers = [f"    server {api.name} {api.address}:{PORT}" for api in apis]
    configuration = host.directory / "api.cfg"
    checked = "\n".join(f"{server} check" for server in servers)
    text = _CONFIGURATION.replace("@checked@", checked).replace("@unchecked@", "\n".join(servers))
    configuration.write_text(text)
    host.start("balancer", "haproxy", "-db", "-f", str(configuration))
