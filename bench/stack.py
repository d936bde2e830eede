"""The whole service for a measurement: servers of its own, API, worker and a mail receiver, gone afterwards."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from backend.embedded.server import free_port
from tests.servers import servers_of_a_run


class Mailbox:
    """Accepts every mail and remembers when: recipient → seconds of the monotonic clock."""

    def __init__(self) -> None:
        self.accepted: dict[str, float] = {}

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        moment = time.perf_counter()
        for address in envelope.rcpt_tos:
            self.accepted.setdefault(address, moment)
        return "250 OK"


@dataclass(frozen=True, slots=True)
class Stack:
    """Where the running service answers."""

    port: int
    mailbox: Mailbox


@contextmanager
def running_stack() -> Iterator[Stack]:
    """Start everything, migrate, wait until it answers; also sets this process' own Django up."""
    with ExitStack() as stack:
        mailbox = Mailbox()
        controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
        controller.start()
        stack.callback(controller.stop)
        os.environ.update(stack.enter_context(servers_of_a_run()))
        os.environ |= {
            "EMAIL_URL": f"smtp://127.0.0.1:{controller.port}",
            "DJANGO_SETTINGS_MODULE": "backend.settings",
        }
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True)
        import django

        django.setup()
        port = free_port()
        _start(stack, "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), *_WEB)
        _start(stack, "celery", "--app", "backend.celery", "worker", "--loglevel", "warning", *_WORKER)
        _wait_until_answering(port)
        yield Stack(port, mailbox)


_WEB = ("--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "backend.wsgi:application")
_WORKER = ("--concurrency", "2", "--queues", "screening,delivery", "--without-gossip", "--without-mingle")


def _start(stack: ExitStack, module: str, *arguments: str) -> None:
    process = subprocess.Popen([sys.executable, "-m", module, *arguments])
    stack.callback(process.wait)
    stack.callback(process.terminate)


def _wait_until_answering(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=1):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
