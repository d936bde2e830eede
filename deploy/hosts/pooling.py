"""On each host of the service: HAProxy, which leads to whichever PostgreSQL is the primary, and PgBouncer before it.

So no connection of the service's ends at an address that may be gone, and no pooler's loss stops all hosts.
Debian's PgBouncer (1.18) knows nothing of prepared statements: the service is told by `prepare_threshold=none`.
"""

from typing import Final

from deploy.hosts.network import Host
from deploy.hosts.postgresql import API, PORT, Cluster

POOLED: Final = 6432

_HAPROXY: Final = """
global
    maxconn 500

defaults
    mode tcp
    timeout connect 2s
    timeout client 1h
    timeout server 1h
    timeout check 1s

listen primary
    bind 127.0.0.1:{port}
    option httpchk OPTIONS /primary
    http-check expect status 200
    # Connections to one that is no longer the primary are closed here, since it may not be able to say so itself.
    default-server port {api} inter 2s fastinter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
{servers}
"""

_PGBOUNCER: Final = """
[databases]
postgres = host=127.0.0.1 port={port}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {pooled}
auth_type = scram-sha-256
auth_file = {users}
pool_mode = transaction
default_pool_size = 12
max_client_conn = 200
ignore_startup_parameters = extra_float_digits
# After a failover it tries again each second, not each 15; a request that waits for the primary is answered in time.
server_login_retry = 1
server_connect_timeout = 3
query_wait_timeout = 8
log_connections = 0
log_disconnections = 0
unix_socket_dir =
"""


def start_pool(host: Host, cluster: Cluster, *, passwords: dict[str, str]) -> None:
    """Both on `host`; `passwords` are those of the roles that connect."""
    balancer = host.directory / "primary.cfg"
    servers = "\n".join(f"    server {one.name} {one.address}:{PORT} check" for one in cluster.hosts)
    balancer.write_text(_HAPROXY.format(port=PORT, api=API, servers=servers))
    users = host.directory / "users.txt"
    users.write_text("".join(f'"{role}" "{password}"\n' for role, password in passwords.items()))
    pooler = host.directory / "pgbouncer.ini"
    pooler.write_text(_PGBOUNCER.format(port=PORT, pooled=POOLED, users=users))
    host.start("primary", "haproxy", "-db", "-f", str(balancer))
    host.start("pgbouncer", "pgbouncer", str(pooler), root=False)
