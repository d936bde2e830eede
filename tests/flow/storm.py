"""A service in which everything fails: workers are killed at any moment and at the worst ones, the broker too.

The storm knows what was in flight whenever it killed someone or someone acted on an alert. Whatever is sent beyond
that is a fault of the service.
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any
from uuid import UUID

import httpx
import psutil
import psycopg
import redis
from celery import Celery
from django.conf import settings
from kombu.exceptions import OperationalError

from alerts.escalation.start_and_stop import untaken
from alerts.models import Delivery, EscalationStep
from backend.local.embedded.valkey import Valkey
from bench.people import entry
from diary.models import Patient
from tests.cast import Person
from tests.flow.acting import Acting
from tests.flow.kill import SWEEPS
from tests.receiver import MailReceiver, Received
from tests.service import Service, database_url

WORKERS = ("worker", "second worker")
BEATS = ("beat", "second beat")
SWEEPERS = 4
NIGHTS = 42  # so many days of positive nights, without treatment, are `night_rest_persistent`


@dataclass
class Seen:
    """What was seen from outside."""

    refused: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    in_flight: list[set[UUID]] = field(default_factory=list)
    """The deliveries that were being sent at each kill."""


class Storm:
    """Processes of a service in a hurry around one broker, kept alive, and the ways to hurt them."""

    def __init__(self, service: Service, broker: Valkey, *, seed: int = 0) -> None:
        self.service, self.broker, self.seen = service, broker, Seen()
        self.chance = random.Random(seed)
        self.acting = Acting(self.chance)
        self._lock, self._over = Lock(), Event()
        service.environment |= {
            "REDIS_URL": broker.url,
            "DJANGO_SETTINGS_MODULE": "tests.flow.hurried",
            "LOG_LEVEL": "ERROR",
        }

    @contextmanager
    def raging(self) -> Iterator[None]:
        """API, workers and two beats run and are started again when they die; four sweepers sweep."""
        self.service.start_api()
        threads = [Thread(target=self._keep), *(Thread(target=self._sweep) for _ in range(SWEEPERS))]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def write_nights(self, person: Person) -> None:
        """Six weeks of nights, which is a pattern."""
        nights = [entry(day, night_pain=6, worst_pain=6) for day in range(NIGHTS - 1, -1, -1)]
        changes = [{"type": "entry", "op": "put", "id": night["id"], "data": night} for night in nights]
        self._send(person, "POST", "sync", {"cursor": None, "changes": changes})

    def write(self, person: Person, *symptoms: str) -> None:
        """Danger signs of today."""
        noted = entry(0, symptoms=dict.fromkeys(symptoms, True))
        self._send(person, "PUT", f"entries/{noted['id']}", noted)

    def _send(self, person: Person, method: str, path: str, body: Any) -> None:
        """The person's phone writes, and remembers what it was promised."""
        began = time.perf_counter()
        answer = httpx.request(
            method,
            f"{self.service.url}/api/v1/patients/me/{path}",
            json=body,
            headers={"Authorization": f"Bearer {person.token}"},
            timeout=30,
        )
        self.seen.seconds.append(time.perf_counter() - began)
        if not answer.is_success:
            self.seen.refused.append(answer.status_code)

    def kill(self) -> None:
        """End a worker with all its children, or one child, at once; whatever they had in hand is in flight."""
        with self._lock:
            running = [name for name in WORKERS if name in self.service.processes]
            if not running:
                return
            name = self.chance.choice(running)
            children = self._children(name)
            if children and self.chance.random() < 0.5:
                end(self.chance.choice(children))
            else:
                self.service.kill(name)
            self.seen.in_flight.append(sending())

    def kill_whoever_sends(self) -> None:
        """End every child of every worker at once; a new one is there soon."""
        with self._lock:
            for name in WORKERS:
                for child in self._children(name):
                    end(child)
            self.seen.in_flight.append(sending())

    def _children(self, name: str) -> list[int]:
        process = self.service.processes.get(name)
        with suppress(psutil.NoSuchProcess):
            return [child.pid for child in psutil.Process(process.pid).children()] if process else []
        return []

    def kill_before_the_next_is_sent(self) -> None:
        """Between the claim and the sending of the next mail."""
        mailbox = self.service.mailbox

        def power_cut(_: str) -> None:
            mailbox.at_recipient = lambda _: None
            self.kill_whoever_sends()

        mailbox.at_recipient = power_cut

    def kill_before_the_next_is_recorded(self) -> None:
        """Between the receiver's acceptance of the next mail and our record of it."""
        mailbox = self.service.mailbox
        usual = mailbox.before_answer

        def power_cut(_: Received) -> None:
            mailbox.before_answer = usual
            self.kill_whoever_sends()

        mailbox.before_answer = power_cut

    def flush(self) -> None:
        """Everything that the broker held is gone."""
        with redis.Redis.from_url(self.broker.url) as broker:
            broker.flushall()

    def freeze(self, seconds: float) -> None:
        """The broker takes connections and says nothing."""
        assert self.broker.process is not None
        self.broker.process.send_signal(signal.SIGSTOP)
        try:
            time.sleep(seconds)
        finally:
            self.broker.process.send_signal(signal.SIGCONT)

    def fill(self, seconds: float) -> None:
        """The broker has no memory left and throws nothing away."""
        with redis.Redis.from_url(self.broker.url) as broker:
            broker.config_set("maxmemory-policy", "noeviction")
            broker.config_set("maxmemory", "1")
            time.sleep(seconds)
            broker.config_set("maxmemory", "0")

    def calms_down(self, *, within: float) -> None:
        """Everything is screened, asked, answered for and settled, but for what escalates meanwhile, by the return.

        Raises TimeoutError.
        """
        deadline = time.monotonic() + within
        while True:
            # What brings forth deliveries is counted before them: what is taken between two counts is in the later one.
            unasked = untaken(EscalationStep.objects.filter(step__in=["question", "reopened"])).count()
            unscreened = Patient.objects.filter(unscreened_since__isnull=False).count()
            unsettled = Delivery.objects.filter(next_attempt_at__isnull=False).exclude(step="escalated").count()
            if not unscreened and not unsettled and not unasked:
                return
            if time.monotonic() > deadline:
                waiting = f"{unscreened} unscreened, {unsettled} unsettled, {unasked} unasked"
                raise TimeoutError(f"{waiting} after {within} seconds")
            time.sleep(0.2)

    def _keep(self) -> None:
        """What died is started again, as whatever runs the containers does."""
        while not self._over.wait(0.2):
            with self._lock:
                for name in (*WORKERS, *BEATS):
                    process = self.service.processes.get(name)
                    if process is not None and process.poll() is not None:
                        self.service.kill(name)  # its children as well
                        self.seen.in_flight.append(sending())
                    if name not in self.service.processes:
                        self._start(name)

    def _start(self, name: str) -> None:
        if name in BEATS:
            self.service.start_beat(name=name)
        else:
            self.service.start_worker(concurrency=2, queues="screening,delivery,webhooks", name=name)

    def _sweep(self) -> None:
        with Celery(broker=self.broker.url, set_as_current=False) as app:
            app.conf.broker_transport_options = {"socket_timeout": 0.5, "socket_connect_timeout": 0.3}
            app.conf.broker_pool_limit = settings.CELERY_BROKER_POOL_LIMIT  # kombu's pools know one limit a process
            while not self._over.wait(3):
                for task, queue in SWEEPS.items():
                    with suppress(OperationalError, redis.RedisError, OSError):
                        app.send_task(task, queue=queue, expires=10, retry=False)


def end(pid: int) -> None:
    """At once, as a power cut would."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def sending() -> set[UUID]:
    """What is being sent just now; asked from any thread."""
    with psycopg.connect(database_url(), autocommit=True) as connection:
        return {id_ for (id_,) in connection.execute("SELECT id FROM alerts_delivery WHERE state = 'sending'")}


def copies(mailbox: MailReceiver) -> Counter[UUID]:
    """How often each delivery was accepted by the receiver, known by its Message-ID."""
    return Counter(delivery_of(received) for received in mailbox.received)


def delivery_of(received: Received) -> UUID:
    """The delivery that a mail is a copy of."""
    return UUID(str(received.mail["Message-ID"]).strip("<>").partition("@")[0])
