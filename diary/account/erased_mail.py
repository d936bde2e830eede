"""The mail that says that support erased an account: no notice could be queued for an account that is gone."""

from functools import partial

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from diary.identity.mails import mail_of
from diary.models import User
from diary.reaching.languages import language_of
from diary.reaching.mail_failures import MAIL_FAILURES

_log = structlog.get_logger(__name__)


def mail_once_erased(user: User) -> None:
    """Tell the account's address when the transaction that erases it is over; tried once."""
    with translation.override(language_of(user_id=user.pk)):
        view = {
            "subject": gettext("Your account was erased"),
            "before": gettext("Our support has erased your account and your whole diary, as it was asked to."),
            "after": gettext(
                "If you didn't ask for this, write to %(support)s. No one gets messages about your diary any more. In "
                "an emergency, call your emergency number."
            )
            % {"support": settings.SUPPORT_EMAIL},
        }
        mail = mail_of(view, to=[user.email])
    transaction.on_commit(partial(_sent, mail))


def _sent(mail: EmailMultiAlternatives) -> None:
    try:
        mail.send()
    except MAIL_FAILURES as error:
        _log.warning("mail about an erasure not sent", error=type(error).__name__)
