"""Short messages: through which provider, if any."""

import re

import environ

from backend.settings.environment import env

SMS_PROVIDER = env.str("SMS_PROVIDER", default="")
# A number in the form +15005550006, or with Twilio the SID of a messaging service.
SMS_SENDER = env.str("SMS_SENDER", default="")
# Beginnings of the numbers that codes are sent to, such as +34,+49 (+1 has the Caribbean in it: name area codes).
SMS_PREFIXES = [prefix.strip() for prefix in env.list("SMS_PREFIXES", default=[])]

TWILIO_ACCOUNT_SID = env.str("TWILIO_ACCOUNT_SID", default="")
TWILIO_AUTH_TOKEN = env.str("TWILIO_AUTH_TOKEN", default="")
TWILIO_URL = env.str("TWILIO_URL", default="") or "https://api.twilio.com"

if SMS_PROVIDER not in {"", "twilio"}:
    raise environ.ImproperlyConfigured(f"SMS_PROVIDER must be twilio or empty, not {SMS_PROVIDER!r}")
if SMS_PROVIDER and not SMS_PREFIXES:
    raise environ.ImproperlyConfigured(
        "SMS_PROVIDER needs SMS_PREFIXES: the prefixes of allowed numbers, such as +34,+49"
    )
if unfit := [prefix for prefix in SMS_PREFIXES if not re.fullmatch(r"\+[1-9][0-9]{0,6}", prefix)]:
    raise environ.ImproperlyConfigured(f"SMS_PREFIXES must be number prefixes such as +34, not {unfit[0]!r}")
if SMS_PROVIDER and not (SMS_SENDER and TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN):
    raise environ.ImproperlyConfigured("SMS_PROVIDER=twilio needs SMS_SENDER, TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN")
