"""`manage.py doctor`: whether an installation does what people rely on; exit status 0, 1 (warnings) or 2 (broken)."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from backend.doctor import configured, database, machine, outside, queues, work
from backend.doctor.finding import STATUS, Finding, as_json, worst


class Command(BaseCommand):
    """Looks, and changes nothing; the one thing that it may send is a test mail."""

    help = (
        "Checks settings, keys, database, broker, workers, beat, deliveries, mail and the way in by HTTP, and says "
        "what to do. Run it where the service runs, with its environment."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to look at besides."""
        parser.add_argument("--url", help="where people reach the service, such as https://diary.example.org")
        parser.add_argument("--send-test-mail", metavar="ADDRESS", help="send one mail there, about nothing")
        parser.add_argument("--json", action="store_true", help="for programs: one object")

    def handle(self, *_args: Any, **options: Any) -> None:
        """A line for each thing that was looked at."""
        findings: list[Finding] = []
        for finding in _looked_at(options["url"], options["send_test_mail"], timezone.now()):
            findings.append(finding)
            if not options["json"]:
                self.stdout.write(str(finding))
        if options["json"]:
            self.stdout.write(as_json(findings))
        if status := STATUS[worst(findings)]:
            sys.exit(status)


def _looked_at(url: str | None, address: str | None, now: datetime) -> Iterator[Finding]:
    yield from configured.settings_found()
    yield from configured.channels_found()
    answer = database.answers()
    yield answer
    if answer.verdict == "ok":
        yield from database.looked_at()
        yield from configured.keys_found()
        yield configured.journal_found()
    broker = queues.broker_found()
    yield broker
    if broker.verdict != "broken":
        yield from queues.workers_found()
    if answer.verdict == "ok":
        yield from work.work_found(now=now)
    yield machine.disk_found()
    yield outside.mail_found()
    if address:
        yield outside.mail_sent(address)
    if url:
        yield from outside.http_found(url, now=now)
