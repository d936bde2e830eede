"""The environment variables of this installation.

`DEPLOYMENT` is `production` (the default: a missing secret stops the start), `local` (`make run` and the command
line on one's own machine) or `test`.
"""

from pathlib import Path
from typing import Any, Final

import environ

from backend.local_servers import DEFAULT_DATA_DIR, SOURCE_TREE, LocalServers, local_servers

BASE_DIR: Final = SOURCE_TREE

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
_DATA_DIR: Final[str] = env.str("DATA_DIR", default="")
# Management commands on one's own machine find the servers of `make run`; nothing else is looked for anywhere.
SERVERS: Final = (
    local_servers(data_dir=_DATA_DIR)
    if DEPLOYMENT == "local"
    else LocalServers(Path(_DATA_DIR or DEFAULT_DATA_DIR).resolve())
)
DATA_DIR: Final = SERVERS.data_dir
if SERVERS.how_to_reach is not None:
    env.read_env(SERVERS.how_to_reach)  # what is in the environment already stays as it is
# Stands in where no server is named. Nothing listens on this port, so that a command that found no servers fails,
# rather than work with whatever answers on the usual one.
NO_SERVER: Final = "127.0.0.1:1"


def required_in_production(name: str, *, otherwise: str) -> str:
    """The variable `name`; outside production `otherwise` stands in. Raises ImproperlyConfigured in production."""
    if not PRODUCTION:
        return str(env.str(name, default="") or otherwise)
    value = str(env.str(name))
    if not value:
        raise environ.ImproperlyConfigured(f"Set the {name} environment variable: it is empty")
    return value
