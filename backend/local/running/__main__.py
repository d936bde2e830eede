"""`python -m backend.local.running`: what `make run` calls."""

import signal
import subprocess
import sys
from typing import NoReturn

from backend.local.embedded.directory import DirectoryInUseError
from backend.local.embedded.server import ServerError
from backend.local.running.configuration import Configuration, ConfigurationError
from backend.local.running.supervisor import Supervisor
from backend.roles import RolesError


def main() -> int:
    """Run the service; whatever stops it is said in one line."""
    signal.signal(signal.SIGTERM, _interrupted)
    signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))  # the terminal was closed
    try:
        return Supervisor(Configuration.from_environment()).run()
    except KeyboardInterrupt:
        return 0
    except (ConfigurationError, DirectoryInUseError, ServerError, RolesError, OSError) as error:
        print(f"make run: {error}", file=sys.stderr)
    except subprocess.CalledProcessError:
        print("make run: the database could not be brought up to date (see above)", file=sys.stderr)
    return 1


def _interrupted(*_: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
