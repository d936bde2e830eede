"""The whole service for a measurement, on servers of its own that are gone afterwards."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import django

from tests.servers import servers_of_a_run
from tests.service import Service


@contextmanager
def running_service() -> Iterator[Service]:
    """Start everything, migrate, wait until it answers; also sets this process' own Django up."""
    with servers_of_a_run() as environment:
        os.environ.update(environment, DJANGO_SETTINGS_MODULE="backend.settings", RATE_LIMITS="off")
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True)
        django.setup()
        with Service() as service:
            yield service.start_api(workers=2).start_worker(concurrency=2)
