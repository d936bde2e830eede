"""What has done its work is removed after a while: old lines of the access log, dead devices, ended links and notices.

Tombstones are not among it: a phone that was away for years must not bring back what was deleted. Everything is safe to
run twice, at once too, and does so much at a time that a task ends in time; the next run goes on.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import F, Q

from diary.models import Caregiver, Device, ErasureRequest, FactorRemoval, Notice, Retention
from diary.models.retention import RetentionKind
from diary.reaching.devices import put_device
from diary.reaching.push_tokens import signed_in
from diary.statements import fetch_all

_EVERY: Final = timedelta(hours=1)
_LINES_AT_ONCE: Final = 5_000
_ROUNDS: Final = 40
_DEVICES_AT_ONCE: Final = 200
_DROP_LINES: Final = "SELECT diary_drop_old_lines(%(before)s, %(most)s)"
"""The service may not remove a line; this function may, and only old ones."""


def keep_no_longer(*, now: datetime) -> None:
    """Remove what is due, if that was not looked at within the hour, and note for each kind how much it was."""
    lately = set(Retention.objects.filter(at__gt=now - _EVERY).values_list("kind", flat=True))
    for kind, remove in _REMOVERS.items():
        if kind in lately:
            continue
        removed = remove(now)
        Retention.objects.get_or_create(pk=kind, defaults={"at": now})
        Retention.objects.filter(pk=kind).update(at=now, removed_ever=F("removed_ever") + removed)


def _access_lines(now: datetime) -> int:
    before = now - timedelta(days=settings.ACCESS_LOG_DAYS)
    removed = 0
    for _round in range(_ROUNDS):
        gone = int(fetch_all(_DROP_LINES, {"before": before, "most": _LINES_AT_ONCE})[0][0])
        removed += gone
        if gone < _LINES_AT_ONCE:
            break
    return removed


def _devices(now: datetime) -> int:
    """Those that no one was signed in on for so long are deleted as their app would delete them.

    When that began is noted here: sessions end in many ways, and leave no word of it.
    """
    living = Device.objects.filter(deleted=False)
    living.filter(signed_in(), signed_out_since__isnull=False).update(signed_out_since=None)
    living.filter(~signed_in(), signed_out_since=None).update(signed_out_since=now)
    before = now - timedelta(days=settings.SIGNED_OUT_DEVICE_DAYS)
    dead = living.filter(~signed_in(), signed_out_since__lte=before).order_by("signed_out_since")
    removed = 0
    for user_id, device_id, version in list(dead.values_list("user_id", "id", "version")[:_DEVICES_AT_ONCE]):
        status, _left = put_device(
            user_id=user_id, session_id=None, device_id=device_id, content=None, expected=version, now=now
        )
        removed += status == "deleted"
    return removed


def _links(now: datetime) -> int:
    """What no link leads to any more: removals of factors, wishes to be erased, codes of invitations that were used."""
    before = now - timedelta(days=settings.ENDED_LINK_DAYS)
    removals, _ = FactorRemoval.objects.filter(Q(done_at__lte=before) | Q(cancelled_at__lte=before)).delete()
    wishes, _ = ErasureRequest.objects.filter(expires_at__lte=before).delete()
    used = Caregiver.objects.filter(used_digest__isnull=False, accepted_at__lte=before)
    return removals + wishes + used.update(used_digest=None)


def _notices(now: datetime) -> int:
    """Each is sent or given up within two days; what is left for so long no one works on."""
    removed, _ = Notice.objects.filter(made_at__lte=now - timedelta(days=settings.ENDED_LINK_DAYS)).delete()
    return removed


_REMOVERS: Final[Mapping[RetentionKind, Callable[[datetime], int]]] = {
    "access_lines": _access_lines,
    "devices": _devices,
    "links": _links,
    "notices": _notices,
}
