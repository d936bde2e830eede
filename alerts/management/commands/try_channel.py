"""`manage.py try_channel CHANNEL TO`: one test message through the real provider, and what it answers."""

import time
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from alerts.channels import CHANNELS, ChannelError, Endpoint
from alerts.courtesy.trial import TESTABLE
from alerts.messages.trial import trial_of_operator
from diary.format.normal_form import normal_email
from diary.models import User
from diary.reaching.sms import may_be_sent_to, sms_provider


class Command(BaseCommand):
    """Nothing is stored, and the message holds nothing about anyone's health."""

    help = "Sends a test message through the provider that is set up for a channel, and says what it answered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Through what, to whom, and in which language."""
        parser.add_argument("channel", choices=TESTABLE)
        parser.add_argument(
            "to",
            help="email: any address; sms: a number such as +34600000001; push and web_push: the address of an account "
            "that is signed in on a phone or in a browser and allows notifications there",
        )
        parser.add_argument("--language", choices=[code for code, _ in settings.LANGUAGES], default="en")

    def handle(self, *_args: Any, channel: str, to: str, language: str, **_options: Any) -> None:
        """Say what was answered for each place that it goes to, or raise CommandError."""
        message = trial_of_operator(at=timezone.now(), language=language)
        for endpoint in _endpoints(channel, to):
            began = time.monotonic()
            try:
                name = CHANNELS[channel].send(message, endpoint)
            except ChannelError as error:
                raise CommandError(f"Not taken after {time.monotonic() - began:.1f} s: {error.detail}") from error
            self.stdout.write(f"Taken after {time.monotonic() - began:.1f} s{f', as {name}' if name else ''}.")
        self.stdout.write("Now look whether it arrived.")


def _endpoints(channel: str, to: str) -> Sequence[Endpoint]:
    if channel == "email":
        return [Endpoint("", to)]
    if channel == "sms":
        if sms_provider() is None:
            raise CommandError("SMS_PROVIDER is not set.")
        if not may_be_sent_to(to):
            raise CommandError("SMS_PREFIXES does not allow this number, or it is no ordinary one.")
        return [Endpoint("", to)]
    user = User.objects.filter(email=normal_email(to)).first()
    found = CHANNELS[channel].endpoints(user.pk) if user else []
    if not found:
        raise CommandError(
            f"{channel} is not set up, or the account has no place for it: sign in there and allow notifications."
        )
    return found
