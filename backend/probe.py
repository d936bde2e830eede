"""Asks the service how it is, from inside a container: exit code 0 means well.

`python -m backend.probe api` looks whether the API in this container answers; `python -m backend.probe clock URL`
whether the clock went all the way round, through beat, broker and worker, within the last three minutes.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from typing import Any, Final

LATE_AFTER_SECONDS: Final = 180.0


def answer(url: str) -> dict[str, Any]:
    """What the service says, under a name it answers to; a 503 is an answer too. Raises OSError for none."""
    name = os.environ.get("ALLOWED_HOSTS", "").partition(",")[0].lstrip(".*") or "localhost"
    request = urllib.request.Request(url, headers={"Host": name})  # noqa: S310 http, from our own configuration
    try:
        with urllib.request.urlopen(request, timeout=4) as response:  # noqa: S310
            return dict(json.load(response))
    except urllib.error.HTTPError as refusal:
        if refusal.code != 503:
            raise
        return dict(json.load(refusal))


def main() -> int:
    """Exit code."""
    match sys.argv[1:]:
        case ["api"]:
            return 0 if answer(f"http://127.0.0.1:{os.environ.get('GRANIAN_PORT', '8000')}/health/live") else 1
        case ["clock", url]:
            age = answer(f"{url}/health/ready")["last_beat_seconds"]
            return 0 if age is not None and age < LATE_AFTER_SECONDS else 1
    sys.exit("usage: python -m backend.probe api | clock URL")


if __name__ == "__main__":
    sys.exit(main())
