"""What somebody may give at sign-up beside address and password."""

from typing import Any

from allauth.account.internal.flows.email_verification import consume_email_verification_rate_limit
from allauth.core import context
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from diary.display_names import fault_of_name
from diary.identity.addresses import remove, unproved_users
from diary.models.user import User


class SignUpForm(forms.Form):
    """The part of allauth's sign-up that is ours: an optional name, for caregivers to know whose diary it is."""

    name = forms.CharField(required=False, strip=False)

    account_already_exists: bool
    cleaned_data: dict[str, Any]

    def clean_name(self) -> str:
        """The name as stored; it follows the same rule wherever it is given."""
        name: str = self.cleaned_data["name"]
        fault = fault_of_name(name)
        if fault:
            raise ValidationError(f"Must {fault}.", "invalid")
        return name.strip()

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
            remove(unproved)
            self.account_already_exists = False

    def signup(self, request: HttpRequest, user: User) -> None:
        """Nothing left to do: the adapter has stored it in the same transaction as the user."""
