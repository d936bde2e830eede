"""How many requests someone may send: (at once, and then per minute).

A phone that is turned away keeps what it wanted to write and sends it when `Retry-After` is over, so no limit drops an
entry. They are there to keep one broken or hostile client from the others, and an honest one never meets them.
Some addresses cost as much as several requests (`diary.api.framework.limiting`).
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
    # A chart and a list every few seconds, which together cost 6, are more than any app draws.
    "account reads": (600, 600),
    # Phones of a mobile network share an address: a thousand of them, each a dozen requests in a minute.
    "address": (12_000, 12_000),
    # Without a token that is known: what a thousand phones send when the service comes back and knows no one yet.
    # Apart from the others, so that a flood without tokens turns away no phone that is signed in.
    "address of strangers": (3000, 1200),
    # All steps of the identity API beside allauth's own limits of each: sign-ins of two hundred phones of a network at
    # once, and then ten a second. `make run` signs up a whole demonstration from one address.
    "address at sign-in": (1200, 600) if PRODUCTION else (12_000, 12_000),
}

# What strangers can have us send in a day (see `diary.limits.budgets`). Alerts draw from none of them.
# In production many honest people may share a network; elsewhere everyone comes from one.
_PER_NETWORK = 1_000 if PRODUCTION else 100_000
# Who tries the service out on their own machine gives each made-up person a tag of the same mailbox.
_TAGS = 10 if DEPLOYMENT == "local" else 1
DAILY_BUDGETS = {
    "mail": env.int("MAILS_A_DAY", default=50_000),  # codes and invitations of the whole service
    "mail_network": _PER_NETWORK,
    # A person needs three codes on a bad day. One network can use up half of a mailbox's, so that a stranger alone does
    # not keep its owner from theirs.
    "mail_mailbox": 20 * _TAGS,
    "mail_mailbox_network": 10 * _TAGS,
    "mail_account": 10,  # codes to one's own address
    "notice_mailbox": 100,  # of changes to the account: no one but who is signed in causes them
    "sms": env.int("SMS_A_DAY", default=1_000),  # codes only: each costs up to 0.20 euros or so
    "sms_network": 30,
    "test_account": 10,  # tests of one's own channels
    "verification_account": 50,  # five times all the webhooks that it may have; each is tried up to seven times
    "verification_receiver": 500,  # a host may serve many people
}
if min(DAILY_BUDGETS.values()) < 1:
    raise environ.ImproperlyConfigured("MAILS_A_DAY and SMS_A_DAY must be at least 1")

INVITATIONS_A_DAY = 20  # by one account: a whole family and some typing errors, and too few to send mail to the world
