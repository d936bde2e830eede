"""The database's host is gone without a word: whoever waits for it is told so in time.

Runs in a network namespace of its own, whose one interface is taken down; that needs root, and `unshare`.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
POSSIBLE = os.geteuid() == 0 and not subprocess.run(["unshare", "--net", "true"], check=False).returncode
STORY = """
import os, subprocess, sys, time
from pathlib import Path
from backend.local.embedded.postgresql import PostgreSQL

subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
with PostgreSQL(Path(sys.argv[1])) as server:
    os.environ["DATABASE_URL"] = server.url
    import django; django.setup()
    from django.db import OperationalError, connection
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        subprocess.run(["ip", "link", "set", "lo", "down"], check=True)
        began = time.monotonic()
        try:
            cursor.execute("SELECT 2")
        except OperationalError:
            print(time.monotonic() - began)
"""


@pytest.mark.nightly
@pytest.mark.skipif(not POSSIBLE, reason="needs root and network namespaces")
def test_a_query_to_a_host_that_is_gone_ends_within_half_a_minute(tmp_path: Path) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "backend.settings", "DEPLOYMENT": "test"}
    done = subprocess.run(
        ["unshare", "--net", sys.executable, "-c", STORY, str(tmp_path / "postgresql")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 30
