"""Where messages reach someone: by which ways each kind of message comes, this browser, and a phone number."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec.structs import replace

from alerts.channels import CHANNELS
from alerts.courtesy.trial import TESTABLE
from alerts.messages.ways import WAYS
from diary.api.phone import NewNumber
from diary.format.strict_json import FieldError, Invalid
from diary.format.validation import latest_date, validated
from diary.models import Device as Row
from diary.problem_types import ProblemType
from diary.problems import Problem, not_found
from diary.reaching.devices import Device, put_device, with_plain_token
from diary.reaching.phones import ask_for_phone, prove_phone, proved_number, remove_phone
from diary.reaching.preferences import NEVER_EMPTY, TIERS, Preferences, Tier, read_preferences
from diary.reaching.sms import sms_provider
from web.preferences.change import Change

KINDS: Final[Mapping[Tier, Promise]] = {
    "emergency": _("Emergencies"),
    "urgent": _("To be seen today"),
    "see_doctor": _("To be seen within two weeks"),
    "check_up": _("A check-up that is due"),
    "watch": _("To keep an eye on"),
}
"""What a message is about."""
_MAILS: Final = _("emails")
_SEPARATORS: Final = " -./()"


class Wanted(NamedTuple):
    """One kind of message: its word, what it is called, and of each way whether it comes by it."""

    tier: Tier
    label: Promise
    ways: list[tuple[str, object, bool]]


def offered() -> list[str]:
    """The ways that this service has, in their usual order; a machine is no way to reach a person."""
    there = {
        "push": bool(settings.FCM_CREDENTIALS),
        "web_push": bool(settings.VAPID_PRIVATE_KEY),
        "sms": sms_provider() is not None,
    }
    return [name for name in settings.ALERT_CHANNELS if name in TESTABLE and there.get(name, True)]


def name_of(way: str) -> object:
    """What people call it."""
    return WAYS.get(way, _MAILS)


def wanted(preferences: Preferences) -> list[Wanted]:
    """By which ways each kind comes now."""
    ways = offered()
    return [
        Wanted(tier, KINDS[tier], [(way, name_of(way), way in preferences.channels[tier]) for way in ways])
        for tier in TIERS
    ]


def testable(user_id: UUID) -> list[tuple[str, object]]:
    """The ways that would reach someone now."""
    return [(way, name_of(way)) for way in offered() if CHANNELS[way].endpoints(user_id)]


def change_ways(change: Change) -> None:
    """Those that were ticked; what is not offered here stays as it is, and so does the order.

    Raises Invalid where nothing that can reach a person is left for what cannot wait.
    """
    before, shown = read_preferences(user_id=change.user_id).channels, set(offered())
    if not all(shown.intersection(change.form.getlist(tier)) for tier in NEVER_EMPTY):
        raise Invalid([FieldError("/channels", "invalid_value", "")])
    chosen = {tier: _chosen(before[tier], change.form.getlist(tier), shown) for tier in TIERS}
    change.preferences(channels=chosen)


def _chosen(before: Sequence[str], ticked: Sequence[str], shown: set[str]) -> list[str]:
    kept = [way for way in before if way not in shown or way in ticked]
    return kept + [way for way in settings.ALERT_CHANNELS if way in ticked and way in shown and way not in before]


def this_browser(*, user_id: UUID, session_id: UUID) -> UUID | None:
    """The device that this browser is known by, while messages go there."""
    return _of_session(user_id, session_id).exclude(push_token=None).values_list("id", flat=True).first()


def _of_session(user_id: UUID, session_id: UUID) -> QuerySet[Row]:
    """The browser's device, also when its subscription has ended; none once it was told to go."""
    return Row.objects.filter(user_id=user_id, session_id=session_id, platform="web", deleted=False).order_by("id")


def subscribe(change: Change) -> None:
    """Send messages to this browser while it is signed in; what it was subscribed with before is replaced."""
    sent = {"id": str(uuid4()), "platform": "web", "push_token": change.form.get("subscription", "")}
    content = with_plain_token(validated(Device, sent, latest=latest_date(change.now)))
    token = Row.objects.filter(user_id=change.user_id, push_token=content.push_token, deleted=False)
    known = token.first() or _of_session(change.user_id, change.session_id).first()
    put_device(
        user_id=change.user_id,
        session_id=change.session_id,
        device_id=known.id if known else content.id,
        content=_with_token(known, content) if known else content,
        expected="*" if known else None,
        now=change.now,
    )


def renew(change: Change) -> None:
    """The browser was given another subscription. Raises Problem 404 where no messages go there, as far as we know."""
    if not _of_session(change.user_id, change.session_id).exists():
        raise not_found()
    subscribe(change)


def stop_here(change: Change) -> None:
    """Send nothing to this browser any more."""
    known = this_browser(user_id=change.user_id, session_id=change.session_id)
    if known is not None:
        put_device(
            user_id=change.user_id,
            session_id=None,
            device_id=known,
            content=None,
            expected=None,
            now=change.now,
        )


def _with_token(known: Row, content: Device) -> Device:
    return replace(
        content, id=known.id, time_zone=known.time_zone, app_version=known.app_version, language=known.language
    )


def number_in(form: QueryDict) -> str:
    """As people write it, without what stands between its digits."""
    return form.get("number", "").translate(str.maketrans("", "", _SEPARATORS))


def give_number(change: Change) -> None:
    """Send a code there. Raises Problem 403 for a new number unless the sign-in is recent."""
    given = validated(NewNumber, {"number": number_in(change.form)}, latest=latest_date(change.now))
    if given.number != proved_number(user_id=change.user_id):
        change.proof.require()
    ask_for_phone(user_id=change.user_id, number=given.number, network=change.network, now=change.now)


def prove_number(change: Change) -> None:
    """The code that came there. Raises Invalid for another one."""
    try:
        prove_phone(user_id=change.user_id, code=change.form.get("code", "").strip(), now=change.now)
    except Problem as problem:
        if problem.type is not ProblemType.WRONG_CODE:
            raise
        raise Invalid([FieldError("/code", "invalid_value", "")]) from problem


def forget_number(change: Change) -> None:
    """Nothing is sent there any more."""
    remove_phone(user_id=change.user_id)
