"""The names of the channels that reach people, apart from email."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WAYS: Final[Mapping[str, Promise]] = {
    "push": _("notifications on your phone"),
    "web_push": _("notifications in your browser"),
    "sms": _("text messages (SMS)"),
}
