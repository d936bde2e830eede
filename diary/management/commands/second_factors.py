"""`manage.py second_factors remove|keep|waiting`: for owners whose second factor is lost, or is someone else's."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from diary.format.normal_form import normal_email, shown_email
from diary.identity.factors.lost_factors import NothingToRemove, ask_for_removal, keep_factors, waiting


class Command(BaseCommand):
    """Verify who is asking before you run this; docs/operating.md says how."""

    help = (
        "Removes the second factors of an account after a waiting period, during which its owner can stop it with "
        "an emailed link."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, and for which account."""
        actions = parser.add_subparsers(dest="action", required=True)
        for action, said in (
            ("remove", "announce the removal to every mailbox and device, and do it when the waiting period is over"),
            ("keep", "stop what was announced"),
        ):
            actions.add_parser(action, help=said).add_argument("email", help="the address of the account")
        actions.add_parser("waiting", help="list announced removals that are still pending")

    def handle(self, *_args: Any, action: str, email: str = "", **_options: Any) -> None:
        """Say what was done, or raise CommandError."""
        if action == "remove":
            self._remove(email)
        elif action == "keep":
            self._keep(email)
        else:
            for removal in waiting():
                self.stdout.write(f"{removal.due_at:%Y-%m-%d %H:%M} UTC  {shown_email(removal.user.email)}")

    def _remove(self, email: str) -> None:
        try:
            removal = ask_for_removal(email=email, now=timezone.now())
        except NothingToRemove as error:
            raise CommandError(
                "No account with this address has second factors, or their removal is already pending."
            ) from error
        self.stdout.write(
            f"Every mailbox and device of the account has been notified. The second factors will be removed on "
            f"{removal.due_at:%Y-%m-%d %H:%M} UTC, unless the owner stops it."
        )

    def _keep(self, email: str) -> None:
        if not keep_factors(waiting().filter(user__email=normal_email(email)), now=timezone.now()):
            raise CommandError("No removal is pending for an account with this address.")
        self.stdout.write("Stopped: the account keeps its second factors.")
