"""How many requests somebody may send: (at once, and then per minute).

A phone that is turned away keeps what it wanted to write and sends it when `Retry-After` is over, so no limit drops an
entry. They are there to keep one broken or hostile client from the others, and an honest one never meets them.
"""

import environ

from backend.settings.environment import DEPLOYMENT, PRODUCTION, env

_ASKED = env.str("RATE_LIMITS", default="off" if DEPLOYMENT == "test" else "on")
if _ASKED not in {"on", "off"}:
    raise environ.ImproperlyConfigured(f"RATE_LIMITS must be on or off, not {_ASKED!r}")
if PRODUCTION and _ASKED == "off":
    raise environ.ImproperlyConfigured("RATE_LIMITS=off is for load tests, never for production")
RATE_LIMITS = _ASKED == "on"

API_LIMITS = {
    # Three weeks offline, sent one by one: 21 days of 5 writes are 105; tried 5 times each, from 2 phones, 1,050.
    "account writes": (1200, 600),
    # A chart, a list and a sync every second is more than any app draws.
    "account reads": (600, 600),
    # Phones of a mobile network share an address: a thousand of them, each a dozen requests in a minute.
    "address": (12_000, 12_000),
    # Without a token that is known: what a thousand phones send when the service comes back and knows nobody yet.
    # Apart from the others, so that a flood without tokens turns away no phone that is signed in.
    "address of strangers": (3000, 1200),
    # All steps of the identity API beside allauth's own limits of each: sign-ins of two hundred phones of a network at
    # once, and then ten a second. `make run` signs up a whole demonstration from one address.
    "address at sign-in": (1200, 600) if PRODUCTION else (12_000, 12_000),
}

INVITATIONS_A_DAY = 20  # by one account: a whole family and some typing errors, and too few to send mail to the world
