"""The channels that an installation may have: whether what is set up can ever work."""

import json
import re
from base64 import urlsafe_b64decode
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings

from backend.checks.fault import Fault
from diary.format.normal_form import is_public_email, normal_email

_SID: Final = re.compile(r"AC[0-9a-fA-F]{32}")
_SENDER: Final = re.compile(r"\+[1-9][0-9]{6,14}|MG[0-9a-fA-F]{32}")
_SHORTEST_TOKEN: Final = 32


def web_push() -> list[Fault]:
    """A key on the curve, and someone for push services to write to (RFC 8292); they refuse anything else."""
    if not settings.VAPID_PRIVATE_KEY:
        return []
    faults = []
    number = int.from_bytes(urlsafe_b64decode(settings.VAPID_PRIVATE_KEY + "="))
    try:
        ec.derive_private_key(number, ec.SECP256R1())
    except ValueError:
        faults.append(Fault("VAPID_PRIVATE_KEY", "must be 32 random bytes in URL-safe base64"))
    scheme, _, rest = settings.VAPID_SUBJECT.partition(":")
    if not (scheme == "mailto" and is_public_email(normal_email(rest))) and not _is_https(settings.VAPID_SUBJECT):
        faults.append(Fault("VAPID_SUBJECT", "must be mailto: and an address of a public domain, or an https address"))
    return faults


def push() -> list[Fault]:
    """A key that signs, and Google by HTTPS."""
    if not settings.FCM_CREDENTIALS:
        return []
    faults = [] if _is_https(settings.FCM_URL) else [Fault("FCM_URL", "must start with https://")]
    account = json.loads(settings.FCM_CREDENTIALS)
    try:
        load_pem_private_key(str(account["private_key"]).encode(), password=None)
    except (TypeError, ValueError):
        faults.append(Fault("FCM_CREDENTIALS", "must contain the private key of the service account, in PEM"))
    if not _is_https(str(account["token_uri"])):
        faults.append(Fault("FCM_CREDENTIALS", "must have a token_uri that starts with https://"))
    return faults


def sms() -> list[Fault]:
    """What Twilio gives out has a known shape."""
    if not settings.SMS_PROVIDER:
        return []
    right = {
        "TWILIO_ACCOUNT_SID": _SID.fullmatch(settings.TWILIO_ACCOUNT_SID) is not None,
        "TWILIO_AUTH_TOKEN": len(settings.TWILIO_AUTH_TOKEN) >= _SHORTEST_TOKEN,
        "TWILIO_URL": _is_https(settings.TWILIO_URL),
        "SMS_SENDER": _SENDER.fullmatch(settings.SMS_SENDER) is not None,
    }
    return [Fault(name, _SHAPES[name]) for name, fits in right.items() if not fits]


_SHAPES: Final = {
    "TWILIO_ACCOUNT_SID": "must be AC and 32 hexadecimal digits",
    "TWILIO_AUTH_TOKEN": "must be the 32 characters that Twilio shows",
    "TWILIO_URL": "must start with https://",
    "SMS_SENDER": "must be a number such as +15005550006, or the SID of a messaging service",
}


def _is_https(address: str) -> bool:
    url = urlsplit(address)
    return url.scheme == "https" and bool(url.hostname)
