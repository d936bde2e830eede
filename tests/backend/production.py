"""The environment of a production deployment, and programs that run in it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "DEPLOYMENT": "production",
    "SECRET_KEY": "k3-" * 20 + "fGh81_zQ",
    "NOTE_KEYS": "bm90IGEga2V5IGJ1dCAzMiBieXRlcyBsb25nISEhISE=",
    "DATABASE_URL": "postgres://diary_service:diary@127.0.0.1:1/diary",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "smtp+tls://diary:diary@mail.example:587",
    "ALLOWED_HOSTS": "diary.example",
    "PUBLIC_URL": "https://diary.example",
    "SUPPORT_EMAIL": "help@diary.example",
}


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run with nothing in the environment but what is given."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def refusal(**environment: str) -> str:
    """What the start fails with."""
    done = python("-c", "import backend.settings", **{**PRODUCTION, **environment})
    assert done.returncode != 0
    return done.stderr.strip().splitlines()[-1]
