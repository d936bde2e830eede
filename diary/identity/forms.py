"""What somebody may give at sign-up beside address and password."""

from typing import Any

from allauth.account.internal.flows.email_verification import consume_email_verification_rate_limit
from allauth.core import context
from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest

from diary.identity.addresses import unproved_users
from diary.models.user import User

# As the constraint on the table: a name goes into the headers and greetings of mails.
_one_line = RegexValidator(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", "Must be one line without control characters.", "invalid", inverse_match=True
)


class SignUpForm(forms.Form):
    """The part of allauth's sign-up that is ours: an optional name, for caregivers to know whose diary it is."""

    name = forms.CharField(max_length=100, required=False, validators=[_one_line])

    account_already_exists: bool
    cleaned_data: dict[str, Any]

    def _post_clean(self) -> None:
        """Signing up again before the code was entered starts afresh: nobody has proved the address yet.

        The first attempt goes, with its password and its code, so neither can be used on an account whose address
        somebody else proves. Not while the first mail is so young that no second one may be sent.
        """
        super()._post_clean()  # type: ignore[misc]
        email = self.cleaned_data.get("email")
        if self.errors or not self.account_already_exists or not email:
            return
        unproved = unproved_users(email=email)
        if unproved.exists() and consume_email_verification_rate_limit(context.request, email, dry_run=True):
            unproved.delete()
            self.account_already_exists = False

    def signup(self, request: HttpRequest, user: User) -> None:
        """Nothing left to do: the adapter has stored it in the same transaction as the user."""
