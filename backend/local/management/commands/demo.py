"""`manage.py demo`: posts synthetic diaries through the HTTP API, like an app would."""

import argparse
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from httpx import HTTPError
from rich.console import Console

from backend.local.demonstration.diaries import PASSWORD, demonstration_diaries
from backend.local.demonstration.loading import load
from backend.local.demonstration.phone import Refused
from backend.settings.environment import PRODUCTION
from diary.models import User


class Command(BaseCommand):
    help = "Load synthetic diaries through the HTTP API and say what each of them shows."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--url", default="http://127.0.0.1:8000", help="the API's address")

    def handle(self, *args: object, **options: Any) -> None:
        if PRODUCTION:
            raise CommandError("The demonstration makes up people; it does not run in production.")
        console = Console(highlight=False, soft_wrap=True)
        try:
            for diary in demonstration_diaries(last_day=_last_day()):
                load(diary, url=options["url"], console=console)
        except (Refused, TimeoutError, HTTPError) as error:
            raise CommandError(str(error)) from error
        console.print(f"Nobody here exists. Everybody's password is “{PASSWORD}”.")


def _last_day() -> date:
    """Today, or the day on which the demonstration was loaded first: loading it again changes nothing."""
    today = timezone.now().date()
    first = User.objects.filter(email=demonstration_diaries(last_day=today)[0].email).first()
    return first.date_joined.date() if first else today
