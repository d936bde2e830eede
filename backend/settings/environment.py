"""What this installation is told from outside.

`DEPLOYMENT` is `production` (the default: a missing secret stops the start), `local` (`make run` and the command
line on one's own machine) or `test`.
"""

from pathlib import Path
from typing import Any, Final

import environ

BASE_DIR: Final = Path(__file__).resolve().parents[2]

_YES_OR_NO: Final = {
    "yes": True,
    "true": True,
    "on": True,
    "1": True,
    "no": False,
    "false": False,
    "off": False,
    "0": False,
}


class _Environment(environ.Env):  # type: ignore[misc]
    """Names the variable whose value is not of its type; the library would pass over some and name none."""

    def get_value(self, var: str, *args: Any, **options: Any) -> Any:
        """Raises ImproperlyConfigured."""
        try:
            return super().get_value(var, *args, **options)
        except ValueError as error:
            raise environ.ImproperlyConfigured(f"{var} cannot be read: {type(error).__name__}") from error

    def bool(self, var: str, default: bool = False) -> bool:
        """`yes` or `no`, in any of their spellings; empty is the default. Raises ImproperlyConfigured."""
        given = str(self.str(var, default="")).strip().lower()
        if given and given not in _YES_OR_NO:
            raise environ.ImproperlyConfigured(f"{var} must be yes or no, not {given!r}")
        return _YES_OR_NO.get(given, default)


env: Final = _Environment()
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
