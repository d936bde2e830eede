"""The servers under the processes: started before them, stopped after them, started again when they die."""

from collections.abc import Callable
from threading import Event, Thread

from backend.local.embedded.postgresql import PostgreSQL
from backend.local.embedded.server import Server, ServerError
from backend.local.embedded.valkey import Valkey
from backend.local.running.configuration import Configuration


class Servers:
    """PostgreSQL and Valkey, as far as the configuration names no others."""

    def __init__(self, configuration: Configuration, *, give_up: Callable[[str], None]) -> None:
        kinds: dict[str, type[Server]] = {"DATABASE_URL": PostgreSQL, "REDIS_URL": Valkey}
        self._servers = {
            variable: kind(configuration.data_dir / kind.name.lower())
            for variable, kind in kinds.items()
            if variable not in configuration.servers
        }
        self._give_up = give_up
        self._stopping = Event()
        self._watch = Thread(target=self._watch_over, daemon=True)

    def start(self) -> dict[str, str]:
        """Start them; gives the environment that leads to them. Raises ServerError."""
        return {variable: server.start().url for variable, server in self._servers.items()}

    def watch(self) -> None:
        """From now on start again what dies."""
        self._watch.start()

    def stop(self) -> None:
        """Stop them in order: the broker first, the database last."""
        self._stopping.set()
        if self._watch.is_alive():
            self._watch.join()
        for server in reversed(self._servers.values()):
            server.stop()

    def _watch_over(self) -> None:
        while not self._stopping.wait(0.5):
            for server in self._servers.values():
                if server.process is not None and not server.is_running():
                    print(f"{server.name} died unexpectedly (log: {server.log}): starting it again", flush=True)
                    try:
                        server.start()
                    except ServerError as error:
                        self._give_up(str(error))
                        return
