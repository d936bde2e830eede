"""What somebody may give at sign-up beside address and password."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from diary.display_names import fault_of_name
from diary.models.user import User


class SignUpForm(forms.Form):
    """The part of allauth's sign-up that is ours: an optional name, for caregivers to know whose diary it is."""

    name = forms.CharField(required=False, strip=False)

    cleaned_data: dict[str, Any]

    def clean_name(self) -> str:
        """The name as stored; it follows the same rule wherever it is given."""
        name: str = self.cleaned_data["name"]
        fault = fault_of_name(name)
        if fault:
            raise ValidationError(f"Must {fault}.", "invalid")
        return name.strip()

    def signup(self, request: HttpRequest, user: User) -> None:
        """Nothing left to do: it waits with the rest for the proof of the address (`diary.identity.signing_up`)."""
