"""`manage.py support …`: what the support pages do, from a terminal; logged the same, under the name that is given."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from diary.access.support_log import Acting, BadReason, reason_in
from diary.format.normal_form import shown_email
from diary.identity.factors.lost_factors import waiting
from diary.models import SupportLine, User
from support.acts import NotDone, act, look, search
from support.tables import Table, moment, words

_ACTS: Final[Mapping[str, tuple[str, str | None]]] = {
    "sign-out": ("sign every phone and browser out, and end the links in messages", None),
    "remove-second-factor": ("announce its removal to every mailbox and device; done after the waiting time", None),
    "keep-second-factor": ("stop what was announced", None),
    "resend-invitation": ("mail an invitation again", "the id that `find` shows"),
    "retry-deliveries": ("try messages again that failed or wait for their next attempt", None),
    "mark-works": ("note that a place works again", "the place as `find` shows it"),
    "mark-dead": ("note that a place reaches no one", "the place as `find` shows it"),
    "erase": ("erase the account and everything about it, for good", "the address once more, to confirm"),
}
"""What each does, and what it needs beside the address."""


class Command(BaseCommand):
    """Verify who is asking before you run this; docs/operating.md says how."""

    help = "Finds an account by its exact address and helps with it. Shows nothing of what a diary says."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, with which account, who does it and why."""
        actions = parser.add_subparsers(dest="action", required=True)
        for name, (what, subject) in {"find": ("the states of an account", None), **_ACTS}.items():
            action = actions.add_parser(name, help=what)
            action.add_argument("address", help="the exact address of the account")
            if subject is not None:
                action.add_argument("subject", help=subject)
            action.add_argument("--by", required=True, help="your name, for the log")
            action.add_argument("--because", required=True, help="why; the person whose account it is reads it")
        actions.add_parser("waiting", help="removals of second factors that are announced")
        actions.add_parser("log", help="what support did last").add_argument("--lines", type=int, default=50)

    def handle(self, *_args: Any, action: str, **options: Any) -> None:
        """Say what was found or done, or raise CommandError."""
        if action == "waiting":
            for removal in waiting():
                self.stdout.write(f"{moment(removal.due_at)}  {shown_email(removal.user.email)}")
        elif action == "log":
            self._log(options["lines"])
        else:
            self._about(action, **options)

    def _about(self, action: str, *, address: str, by: str, because: str, subject: str = "", **_options: Any) -> None:
        now = timezone.now()
        try:
            acting = Acting(" ".join(by.split()), "command", reason_in(because))
        except BadReason as error:
            raise CommandError("--because must be a reason of 8 to 250 characters.") from error
        if not 0 < len(acting.staff) <= 254:
            raise CommandError("--by must be a name.")
        user = search(acting, address=address, now=now).user
        if user is None:
            raise CommandError("There is no account with this address.")
        if action == "find":
            self._show(look(acting, user, now=now))
            return
        self.stdout.write(self._done(acting, user, action, subject))

    def _done(self, acting: Acting, user: User, action: str, subject: str) -> str:
        try:
            return act(acting, user, name=action, subject=subject, now=timezone.now())
        except NotDone as error:
            raise CommandError(str(error)) from error

    def _show(self, tables: list[Table]) -> None:
        for table in tables:
            self.stdout.write(f"{table.title}:")
            for row in table.rows:
                offered = "".join(f"  [{offer.act} {offer.subject}]" for offer in row.offers)
                self.stdout.write(f"  {'  '.join(row.cells)}{offered}")
            if not table.rows:
                self.stdout.write("  none")

    def _log(self, lines: int) -> None:
        for line in SupportLine.objects.order_by("-id")[:lines]:
            cells = (moment(line.at), line.staff, words(line.act), str(line.account or "–"), line.reason or "–")
            self.stdout.write("  ".join(cells))
