"""The TLS proxy of the composition before the real API: it starts, and the API learns who calls and how."""

import os
import re
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import httpx
import pytest

from backend.local.embedded.server import free_port
from tests.deploying.manifests import COMPOSE, ROOT
from tests.service import Service

CADDY: Final = Path(sys.executable).with_name("caddy")
CADDYFILE: Final = ROOT / "deploy" / "Caddyfile"


class Proxy:
    """Caddy with the Caddyfile of the composition, on free ports, with a certificate of its own making."""

    def __init__(self, upstream: str, directory: Path) -> None:
        self.url = f"https://localhost:{free_port()}"
        self._directory = directory
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(directory),
            "XDG_DATA_HOME": str(directory),
            "PUBLIC_URL": self.url,
            "SUPPORT_EMAIL": "support@example.org",
            "UPSTREAM": upstream,
            "HTTP_PORT": str(free_port()),
            "PROBE_PORT": str(free_port()),
        }

    def client(self) -> httpx.Client:
        """One that trusts it, once it has a certificate. Raises TimeoutError."""
        root = self._directory / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with suppress(OSError, httpx.TransportError):
                trusted = ssl.create_default_context(cafile=str(root))
                httpx.get(f"{self.url}/health/live", verify=trusted)
                return httpx.Client(base_url=self.url, verify=trusted, timeout=60)
            time.sleep(0.1)
        raise TimeoutError("the proxy does not answer")


@pytest.fixture
def proxied(transactional_db: None, tmp_path: Path) -> Iterator[httpx.Client]:
    """The API as it is set up in the composition, behind the proxy."""
    with Service() as service:
        proxy = Proxy(f"127.0.0.1:{service.port}", tmp_path)
        service.environment |= {"BEHIND_HTTPS_PROXY": "yes", "TRUSTED_PROXIES": "1", "PUBLIC_URL": proxy.url}
        service.start_api()
        command = [str(CADDY), "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"]
        with subprocess.Popen(command, env=proxy.environment, stderr=subprocess.DEVNULL) as caddy:
            try:
                with proxy.client() as client:
                    assert httpx.get(f"http://127.0.0.1:{proxy.environment['PROBE_PORT']}").status_code == 200
                    yield client
            finally:
                caddy.terminate()


@pytest.mark.timeout(240)
def test_the_api_is_reached_by_https_and_knows_it(proxied: httpx.Client) -> None:
    page = proxied.get("/sign-in")
    assert page.headers["Via"].endswith("Caddy")
    (token,) = set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text))
    form = {"csrfmiddlewaretoken": token, "email": "alice@example.org", "password": "wrong"}
    origin = str(proxied.base_url).rstrip("/")  # forms are taken from this address only, as the API knows it
    assert proxied.post("/sign-in", data=form, headers={"Origin": origin}).status_code != 403
    assert proxied.post("/sign-in", data=form, headers={"Origin": origin.replace("https", "http")}).status_code == 403


def test_the_caddyfile_is_valid_and_formatted(tmp_path: Path) -> None:
    environment = Proxy("api:8000", tmp_path).environment
    for check in (["validate", "--adapter", "caddyfile", "--config"], ["fmt", "--diff"]):
        done = subprocess.run(
            [str(CADDY), *check, str(CADDYFILE)], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_composition_mounts_it_and_gives_what_it_reads() -> None:
    proxy = COMPOSE["services"]["proxy"]
    assert "./deploy/Caddyfile:/etc/caddy/Caddyfile:ro" in proxy["volumes"]
    assert set(proxy["environment"]) == {"PUBLIC_URL", "SUPPORT_EMAIL"}
    assert proxy["profiles"] == ["tls"]
