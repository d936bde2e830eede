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


def required_in_production(name: str, *, otherwise: str) -> str:
    """The variable `name`; outside production `otherwise` stands in. Raises ImproperlyConfigured in production."""
    if PRODUCTION:
        value: str = env.str(name)
        return value
    return str(env.str(name, default=otherwise))
