"""What `make run` listens to, checked before anything starts."""

import os
import secrets
import socket
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from backend.local_servers import DEFAULT_DATA_DIR


class ConfigurationError(Exception):
    """Something that the person can change; the message is one line and says what."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """`PORT`, `DATA_DIR`, `DEMO`, `RELOAD`, and what is there already: `DATABASE_URL`, `REDIS_URL`, `EMAIL_URL`."""

    port: int
    data_dir: Path
    demo: bool
    reload: bool = False
    servers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_environment(cls) -> Self:
        """Raises ConfigurationError."""
        return cls(
            port=_port(os.environ.get("PORT") or "8000"),
            data_dir=Path(os.environ.get("DATA_DIR") or DEFAULT_DATA_DIR).absolute(),
            demo=(os.environ.get("DEMO") or "yes").lower() not in {"no", "0", "false", "off"},
            reload=os.environ.get("RELOAD") == "yes",
            servers={
                name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL") if os.environ.get(name)
            },
        )

    @property
    def url(self) -> str:
        """Where the API answers."""
        return f"http://127.0.0.1:{self.port}"

    def keep_secrets(self) -> None:
        """Make the installation's keys once; settings read them from the data directory, for its owner's eyes."""
        made = {
            "secret_key": secrets.token_urlsafe(50),
            "note_keys": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "vapid_private_key": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        }
        for name, value in made.items():
            kept = self.data_dir / name
            if not kept.is_file() or not kept.read_text().strip():
                kept.touch(mode=0o600)
                kept.write_text(value)

    def check_port(self) -> None:
        """Raises ConfigurationError when someone listens on the port."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError as error:
                reason = f"port {self.port} cannot be used ({error.strerror})"
                raise ConfigurationError(f"{reason}: choose another, as in PORT={self.port + 1} make run") from error


def _port(text: str) -> int:
    if text.isascii() and text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise ConfigurationError(f"PORT must be a number from 1 to 65535, not {text!r}")
