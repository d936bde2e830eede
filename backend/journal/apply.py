"""Doing again in a restored database what the journal knows and the database does not.

Everything is done as the person's own request would have done it, in the order of the journal, each line in a
transaction of its own in which it is noted as known. So a run that breaks off goes on where it was, and a second run
does nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from alerts.channels import CHANNELS
from alerts.locks import hold_deliveries
from alerts.models import Delivery, Unsubscription, Webhook
from alerts.models.delivery import UNSETTLED
from alerts.webhooks.registering import put_webhook
from backend.journal.files import Line, lines_of
from diary.access import circle, refusals
from diary.access.levels import REACH, Access
from diary.account.erase import erase
from diary.identity.health_consent import withdraw
from diary.locks import hold_account
from diary.models import Caregiver, InvitationRefusal, JournalLine, Notice, Patient, Session, User
from diary.proof import Proof
from diary.reaching.devices import put_device
from diary.reaching.phones import remove_phone
from diary.reaching.suspending import begin_review
from papers.models import Share

_LOOKED_BACK: Final = timedelta(hours=1)
"""No transaction takes so long: what is older than the oldest known line by more was known, and has been forgotten."""
_AT_ONCE: Final = 5_000


def unknown_lines() -> Iterator[Line]:
    """The lines of the journal that this database does not know; none without one. Raises OSError and BadLine."""
    directory: Path | None = settings.JOURNAL_DIR
    if directory is None:
        return
    oldest = JournalLine.objects.filter(relayed_at__isnull=False).order_by("relayed_at").first()
    all_lines = lines_of(directory)
    while lines := list(islice(all_lines, _AT_ONCE)):
        known = set(JournalLine.objects.filter(pk__in=[line.id for line in lines]).values_list("pk", flat=True))
        for line in lines:
            if line.id not in known and (oldest is None or line.at >= oldest.at - _LOOKED_BACK):
                yield line


def apply_journal(*, now: datetime) -> Counter[str]:
    """Do again all that is unknown; gives how many lines of each kind. Raises OSError and BadLine."""
    done: Counter[str] = Counter()
    for line in list(unknown_lines()):
        with transaction.atomic():
            _APPLY[line.kind](line, now)
            known = {"at": line.at, "kind": line.kind, "subject": None, "relayed_at": now}
            JournalLine.objects.get_or_create(pk=line.id, defaults=known)
        done[line.kind] += 1
    return done


def _erase(line: Line, now: datetime) -> None:
    if User.objects.filter(pk=line.subject).exists():
        erase(user_id=line.subject, now=now)


def _end_sessions(line: Line, now: datetime) -> None:
    """Everywhere; the password of a restored account is one that its owner has replaced, and so none any more."""
    epoch, *recovered = line.detail.split()
    user = hold_account(line.subject)
    if user is None or user.credentials_epoch >= int(epoch):
        return
    if recovered:
        begin_review(user, now=now)
    if line.kind == "password_changed":
        user.set_unusable_password()
    user.credentials_epoch, user.links_epoch = int(epoch), user.links_epoch + 1
    user.save(update_fields=["password", "credentials_epoch", "links_epoch", "recovered_at", "trusted_until"])
    Session.objects.filter(user=user).delete()


def _end_session(line: Line, _now: datetime) -> None:
    Session.objects.filter(id=line.subject).delete()


def _end_place(line: Line, now: datetime) -> None:
    place = Caregiver.objects.select_related("patient").filter(pk=line.subject).first()
    if place is None or place.state == "ended":
        return
    if line.detail == "refused":
        refusals.refuse(place_id=place.pk, now=now)
        return
    access = Access(place.patient.user_id, place.patient_id, "own")
    if line.detail == "left" and place.user_id is not None:
        access = Access(place.user_id, place.patient_id, "alerts")
    circle.end(access=access, caregiver_id=place.pk, now=now)


def _lower_level(line: Line, now: datetime) -> None:
    """A level that was raised since stays as it was restored: the owner may raise it again."""
    place = Caregiver.objects.select_related("patient").filter(pk=line.subject).exclude(state="ended").first()
    if place is None or REACH[line.detail] >= REACH[place.level]:  # type: ignore[index] # the constraints know
        return
    circle.change_level(
        owner=Access(place.patient.user_id, place.patient_id, "own"),
        caregiver_id=place.pk,
        level=line.detail,  # type: ignore[arg-type]
        expected="*",
        proof=Proof(session_digest="", now=now),  # reaching less far needs none
        now=now,
    )


def _refuse_invitations(line: Line, now: datetime) -> None:
    if Patient.objects.filter(pk=line.subject).exists():
        InvitationRefusal.objects.get_or_create(
            patient_id=line.subject, address_digest=line.detail, defaults={"at": now}
        )


def _withdraw(line: Line, now: datetime) -> None:
    if User.objects.filter(pk=line.subject).exists():
        withdraw(user_id=line.subject, now=now)


def _stop_mails(line: Line, now: datetime) -> None:
    patient, tier = line.detail.split()
    if User.objects.filter(pk=line.subject).exists() and Patient.objects.filter(pk=patient).exists():
        Unsubscription.objects.get_or_create(
            user_id=line.subject, patient_id=UUID(patient), tier=tier, defaults={"at": now}
        )


def _want_mails(line: Line, _now: datetime) -> None:
    patient, tier = line.detail.split()
    Unsubscription.objects.filter(user_id=line.subject, patient_id=UUID(patient), tier=tier).delete()


def _remove_webhook(line: Line, now: datetime) -> None:
    row = Webhook.objects.filter(pk=line.subject, deleted=False).first()
    if row is not None:
        put_webhook(user_id=row.user_id, webhook_id=row.id, content=None, expected="*", now=now)


def _remove_device(line: Line, now: datetime) -> None:
    if User.objects.filter(pk=line.subject).exists():
        put_device(
            user_id=line.subject, session_id=None, device_id=UUID(line.detail), content=None, expected="*", now=now
        )


def _remove_phone(line: Line, _now: datetime) -> None:
    remove_phone(user_id=line.subject)


def _end_link(line: Line, now: datetime) -> None:
    Share.objects.filter(pk=line.subject, ended_at__isnull=True).update(ended_at=now, sealed=None)


def _note_sent(line: Line, now: datetime) -> None:
    """It is not sent again. Who looked at it since is not known: where no one looks, the next channel follows."""
    delivery = next(iter(hold_deliveries(Delivery.objects.filter(pk=line.subject, state__in=UNSETTLED))), None)
    if delivery is None:
        return
    unseen_after = CHANNELS[delivery.channel].unseen_after
    delivery.state, delivery.sent_at, delivery.next_attempt_at = "sent", line.at, None
    delivery.attempts, delivery.last_error = max(delivery.attempts, 1), ""
    delivery.held, delivery.held_since = "", None
    if unseen_after and delivery.opened_at is None:
        delivery.follow_up_at = now + unseen_after
    delivery.save()


def _note_notice_sent(line: Line, _now: datetime) -> None:
    Notice.objects.filter(pk=line.subject).delete()


def _for_people(_line: Line, _now: datetime) -> None:
    """The journal keeps no addresses: `manage.py after_restore` lists the accounts, whose owners must be asked."""


_APPLY: Final[Mapping[str, Callable[[Line, datetime], None]]] = {
    "account_erased": _erase,
    "password_changed": _end_sessions,
    "address_changed": _for_people,
    "signed_out_everywhere": _end_sessions,
    "signed_out": _end_session,
    "place_ended": _end_place,
    "level_changed": _lower_level,
    "invitation_refused": _refuse_invitations,
    "consent_withdrawn": _withdraw,
    "mail_stopped": _stop_mails,
    "mail_wanted": _want_mails,
    "webhook_removed": _remove_webhook,
    "device_removed": _remove_device,
    "phone_removed": _remove_phone,
    "link_ended": _end_link,
    "message_sent": _note_sent,
    "notice_sent": _note_notice_sent,
}
