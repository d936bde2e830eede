"""Who runs the service: the name it goes by, whom people write to, and the pages that the law asks for.

Pages and mails say them at their end; the name is also the sender's, unless `DEFAULT_FROM_EMAIL` says otherwise.
"""

import re
from email.utils import parseaddr
from urllib.parse import urlsplit

import environ

from backend.settings.environment import PRODUCTION, env, required_in_production


def _page(name: str, given: str) -> str:
    """The address of a page that the operator keeps; empty without one. Raises ImproperlyConfigured."""
    schemes = {"https"} if PRODUCTION else {"https", "http"}
    if given and not (urlsplit(given).scheme in schemes and urlsplit(given).hostname):
        raise environ.ImproperlyConfigured(f"{name} must be the address of a page, with https://, not {given!r}")
    return given


# Empty: called by what it is, in each reader's language (`diary.service_name`).
SERVICE_NAME: str = env.str("SERVICE_NAME", default="")
if len(SERVICE_NAME) > 60 or not SERVICE_NAME.isprintable() or re.search('[<>"@]', SERVICE_NAME):
    raise environ.ImproperlyConfigured(f"SERVICE_NAME must be a name of at most 60 characters, not {SERVICE_NAME!r}")

# Whom people write to when someone else is in their account: every mail about such a change names it.
SUPPORT_EMAIL = required_in_production("SUPPORT_EMAIL", otherwise="support@diary.example")
if parseaddr(SUPPORT_EMAIL)[1] != SUPPORT_EMAIL or not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", SUPPORT_EMAIL):
    raise environ.ImproperlyConfigured(f"SUPPORT_EMAIL must be a plain email address, not {SUPPORT_EMAIL!r}")

# Who runs this, and what becomes of what people write.
IMPRINT_URL = _page("IMPRINT_URL", env.str("IMPRINT_URL", default=""))
PRIVACY_URL = _page("PRIVACY_URL", env.str("PRIVACY_URL", default=""))
