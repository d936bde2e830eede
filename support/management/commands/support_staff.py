"""`manage.py support_staff add|remove|list`: who may use the support pages; for the owner of the database."""

from argparse import ArgumentParser
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from diary.format.normal_form import shown_email
from diary.models import SupportStaff
from support.staff import NotStaff, add_staff, remove_staff


class Command(BaseCommand):
    help = "Lets an account use the support pages, or no longer. Needs DATABASE_URL of diary_owner."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        adding = actions.add_parser("add", help="let the account of this address use the support pages")
        adding.add_argument("address", help="a confirmed address: sign up with it first")
        adding.add_argument(
            "--authenticator",
            action="store_true",
            help="give an account without a second factor one: its secret is printed once, for an authenticator app",
        )
        actions.add_parser("remove", help="close the pages to it").add_argument("address")
        actions.add_parser("list", help="who may use them")

    def handle(self, *_args: Any, action: str, address: str = "", authenticator: bool = False, **_options: Any) -> None:
        """Say what was done, or raise CommandError."""
        try:
            if action == "add":
                self._add(address, authenticator)
            elif action == "remove":
                remove_staff(address=address)
                self.stdout.write("The support pages are closed to this account.")
            else:
                self._list()
        except NotStaff as error:
            raise CommandError(str(error)) from error

    def _add(self, address: str, authenticator: bool) -> None:
        secret = add_staff(address=address, authenticator=authenticator, now=timezone.now())
        self.stdout.write("This account may use the support pages, once it has shown its second factor.")
        if secret is not None:
            label = quote(f"{settings.MFA_TOTP_ISSUER}:{address}")
            self.stdout.write(
                f"Enter this into an authenticator app now; it isn't shown again:\notpauth://totp/{label}?secret={secret}"
            )

    def _list(self) -> None:
        for one in SupportStaff.objects.select_related("user").order_by("since"):
            self.stdout.write(f"{one.since:%Y-%m-%d %H:%M} UTC  {shown_email(one.user.email)}")
