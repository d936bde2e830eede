"""The mails about accounts that anyone can have us send are counted, so that no one's mailbox is flooded.

A code can be asked for by who has no account, for whatever address. What is over the budget is not sent, and they get
the answer that they would have got: known and unknown addresses stay alike. Who is signed in is told when to come back.
Notices of changes to an account have a budget of their own, which no stranger can use up.
"""

from django.http import HttpRequest

from diary.identity.mails import LETTERS
from diary.limits.budgets import Budget, of_mailbox, spend
from diary.limits.networks import wide_network_of
from diary.problems import too_many


def may_be_mailed(request: HttpRequest, *, letter: str, email: str) -> bool:
    """Whether the mail `letter` (as allauth calls it) may be sent to `email`; it is counted then.

    Raises Problem 429 for someone who is signed in.
    """
    if LETTERS[letter].about_a_change:
        return spend(of_mailbox("notice_mailbox", email)).wait == 0
    network = wide_network_of(request)
    mailbox = of_mailbox("mail_mailbox", email)
    spent = spend(
        Budget("mail"),
        Budget("mail_network", network),
        mailbox,
        Budget("mail_mailbox_network", f"{mailbox.key} {network}"),
    )
    if spent.wait > 0 and request.user.is_authenticated:
        raise too_many(spent.wait)
    return spent.wait == 0
