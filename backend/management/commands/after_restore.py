"""`manage.py after_restore`: what a restored database lacks, in plain words, and with `--apply` the same done again."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from alerts.models import Courtesy, Delivery
from alerts.models.delivery import UNSETTLED
from backend.checks import stored
from backend.journal.apply import apply_journal, unknown_lines
from backend.journal.files import BadLine
from backend.journal.standing import standing
from backend.models import Heartbeat
from diary.models import JournalLine
from diary.reaching.reminders import take_due_reminders

_SAYS: Final[Mapping[str, str]] = {
    "account_erased": "accounts that were erased",
    "password_changed": "passwords that were changed; their owners must set a new one by email",
    "address_changed": "changed email addresses, which the journal does not keep: see below",
    "signed_out_everywhere": "accounts that were signed out everywhere",
    "signed_out": "devices that were signed out",
    "place_ended": "places in care circles that were ended",
    "level_changed": "changed levels of access; those that reach less far now are lowered",
    "invitation_refused": "refused invitations",
    "consent_withdrawn": "withdrawals of consent",
    "mail_stopped": "mails that were stopped",
    "mail_wanted": "stopped mails that were wanted again",
    "webhook_removed": "webhooks that were removed or led elsewhere",
    "device_removed": "devices that were removed",
    "phone_removed": "telephone numbers that were removed or replaced",
    "link_ended": "shared links that were ended",
    "message_sent": "messages that were sent; they are not sent again",
    "notice_sent": "notices of changes that were sent; they are not sent again",
}
_REMINDERS_AT_ONCE: Final = 1_000


class Command(BaseCommand):
    """Exit status 0: nothing is left to do; 1: there is."""

    help = "After a restore: show what the journal has and the database lacks, and with --apply do it again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="do it, so that the service can start")
        parser.add_argument(
            "--new-journal", action="store_true", help="the journal is lost, or this is a copy: begin an empty one"
        )

    def handle(self, *args: Any, apply: bool, new_journal: bool, **options: Any) -> None:
        """Raises CommandError for keys that don't open what is stored, and a journal that cannot be read."""
        self._require_keys()
        beat = Heartbeat.objects.filter(part="beat").values_list("at", flat=True).first()
        self.stdout.write(f"The database is as it was at {beat:%Y-%m-%d %H:%M:%S} UTC." if beat else "It never ran.")
        try:
            self._look(apply=apply, new_journal=new_journal)
        except BadLine as bad:
            raise CommandError(f"JOURNAL_DIR: {bad}") from bad
        except OSError as error:
            raise CommandError(f"JOURNAL_DIR can't be read: {error.strerror}") from error

    def _require_keys(self) -> None:
        if wrong := stored.note_keys():
            raise CommandError("\n".join(map(str, wrong)))
        self.stdout.write("NOTE_KEYS open what is stored.")

    def _look(self, *, apply: bool, new_journal: bool) -> None:
        found = standing()
        if found == "none":
            raise CommandError("JOURNAL_DIR is not set: erasures and revocations since the backup are not known.")
        if found == "another":
            self._begin_anew(new_journal=new_journal)
            return
        lines = list(unknown_lines())
        self._tell(Counter(line.kind for line in lines))
        for line in lines:
            if line.kind == "address_changed":
                self.stdout.write(f"  ask for the address of account {line.subject}")
        if not apply and lines:
            raise CommandError("Nothing was changed. Run it with --apply, and then start the service.", returncode=1)
        if apply:
            self._apply()

    def _apply(self) -> None:
        now = timezone.now()
        apply_journal(now=now)
        left_out = Courtesy.objects.filter(due_at__isnull=False).update(state="dropped", due_at=None)
        while reminded := _reminders_left_out(now):
            left_out += reminded
        due = Delivery.objects.filter(state__in=UNSETTLED, next_attempt_at__lte=now).count()
        self.stdout.write(f"Done. Left out: {left_out} reminders and other messages that are about no alert.")
        self.stdout.write(
            f"To be sent as soon as the service starts: {due} messages about alerts that had not gone out."
        )

    def _begin_anew(self, *, new_journal: bool) -> None:
        if not new_journal:
            raise CommandError(
                "JOURNAL_DIR has nothing of what this database wrote to its journal. Is it mounted? If the journal is "
                "lost, or this is a copy that shall have one of its own: --new-journal. A copy must not reach people: "
                "docs/restoring.md.",
                returncode=1,
            )
        JournalLine.objects.filter(relayed_at__isnull=False).delete()
        self.stdout.write(f"A new journal begins in {settings.JOURNAL_DIR}.")

    def _tell(self, kinds: Counter[str]) -> None:
        self.stdout.write("The journal has, and the database lacks:" if kinds else "The database lacks nothing.")
        for kind, says in _SAYS.items():
            if kinds[kind]:
                self.stdout.write(f"  {kinds[kind]} {says}")


@transaction.atomic
def _reminders_left_out(now: datetime) -> int:
    """Those whose hour has passed are planned for their next one; gives how many, and 0 when none are left."""
    return len(take_due_reminders(now=now, most=_REMINDERS_AT_ONCE))
