"""`python -m backend.front [OPTIONS]`: the HTTP server, set up alike for `make run`, the image and the tests.

The options are granian's, as are its variables (`GRANIAN_HOST`, `GRANIAN_PORT`, `GRANIAN_WORKERS`).
"""

import os
import resource
import sys
from typing import Final, NoReturn

import django
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

CONNECTIONS: Final = 1000
"""Open at the same time in each worker process; more wait in the kernel until one is closed."""
HEADER_SECONDS: Final = 10
"""For the headers of a request; also how long a connection may be idle before and between requests."""
STOP_SECONDS: Final = 15
"""For requests in progress when the server is asked to stop; less than `make run` and the image wait."""

OPTIONS: Final = [
    *("--interface", "asgi", "--http", "1", "--no-ws"),
    "--no-access-log",  # it would have the addresses of links, which are secrets
    *("--backpressure", str(CONNECTIONS), "--backlog", "2048"),
    *("--http1-header-read-timeout", str(HEADER_SECONDS * 1000)),
    *("--http1-buffer-size", str(32 * 1024)),  # headers may have so many bytes
    *("--workers-kill-timeout", str(STOP_SECONDS), "--respawn-failed-workers"),
]


def main() -> NoReturn:
    """Become granian, unless a setting cannot be right."""
    _require_sound_settings()
    _allow_open_files(4 * CONNECTIONS)  # a socket, and perhaps a file on its way in and one on its way out
    command = [sys.executable, "-m", "granian", *OPTIONS, *sys.argv[1:], "backend.asgi:application"]
    os.execv(sys.executable, command)  # noqa: S606 - the same process goes on, so signals reach the server


def _require_sound_settings() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    try:
        django.setup()
        from backend.checks import require_sound_settings  # it needs Django to be set up

        require_sound_settings()
    except ImproperlyConfigured as wrong:
        sys.exit(f"The service does not start:\n{wrong}")
    connections.close_all()


def _allow_open_files(count: int) -> None:
    """As far as the system lets us."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed != resource.RLIM_INFINITY and allowed < count:
        wanted = count if most == resource.RLIM_INFINITY else min(count, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


if __name__ == "__main__":
    main()
