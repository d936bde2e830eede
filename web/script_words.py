"""What the script says, in the reader's language; `{…}` are its gaps, which it fills in itself."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Final[Mapping[str, Promise]] = {
    "waiting": _("Waiting on this device: {waiting}. It is sent as soon as there is a network."),
    "saved": _("Saved at {time}."),
    "nothing": _("Nothing is answered yet. Tap at least one answer."),
    "full": _("This device could not keep it, and there is no network. Leave this page open and try again."),
    "refused": _("This was not accepted yet: {why} Correct it and save again."),
    "unsynced": _("For {days} days, what you wrote has been on this device only. No one else can see it."),
    "unsynced-sign": _("No one else has been warned: what you wrote is on this device only."),
    "signed-out": _("You are signed out. On this device only: {waiting}. Sign in to send it."),
    "lose": _("On this device only: {waiting}. If you go on, it is lost."),
    "none": _("Nothing can be kept here yet. Sign in once while there is a network."),
}
SIGNED_OUT: Final = {"kept_here": WORDS, "signed_out": True}
"""What a page for someone who was signed out says of the script."""
