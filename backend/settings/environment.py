"""What this installation is told from outside.

`DEPLOYMENT` is `production` (the default: a missing secret stops the start), `local` (`make run` and the command
line on one's own machine) or `test`.
"""

from pathlib import Path
from typing import Final

import environ

BASE_DIR: Final = Path(__file__).resolve().parents[2]

env: Final = environ.Env()
DEPLOYMENT: Final[str] = env.str("DEPLOYMENT", default="production")
if DEPLOYMENT not in {"production", "local", "test"}:
    raise ValueError(f"DEPLOYMENT must be production, local or test, not {DEPLOYMENT!r}")
PRODUCTION: Final = DEPLOYMENT == "production"
DATA_DIR: Final = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".local"))).resolve()

# Where `make run` says how to reach its servers while they run, so that management commands find them too.
RUNNING: Final = DATA_DIR / "running.env"
if DEPLOYMENT == "local" and RUNNING.is_file():
    env.read_env(RUNNING)


def required_in_production(name: str, *, otherwise: str) -> str:
    """The variable `name`; outside production `otherwise` stands in. Raises ImproperlyConfigured in production."""
    if not PRODUCTION:
        return str(env.str(name, default="") or otherwise)
    value = str(env.str(name))
    if not value:
        raise environ.ImproperlyConfigured(f"Set the {name} environment variable: it is empty")
    return value
