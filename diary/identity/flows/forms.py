"""What someone may give at sign-up beside address and password."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from diary.format.display_names import fault_of_name
from diary.identity.health_consent import Declaration, faults
from diary.models.user import User
from diary.problems import said

_NEEDED: Final = ("consent_version", "age_at_least")
_CONSENT: Final = (*_NEEDED, "region")
_FIELDS: Final = {"version": "consent_version", "age_at_least": "age_at_least"}


class SignUpForm(forms.Form):
    """The part of allauth's sign-up that is ours, all of it optional.

    A name, for caregivers to know whose diary it is; and the consent to the processing of health data, which an app
    may also ask for later.
    """

    name = forms.CharField(required=False, strip=False)
    consent_version = forms.CharField(required=False, max_length=20)
    age_at_least = forms.IntegerField(required=False, min_value=1, max_value=120)
    region = forms.RegexField("^[A-Z]{2}$", required=False)

    cleaned_data: dict[str, Any]

    def clean_name(self) -> str:
        """The name as stored; it follows the same rule wherever it is given."""
        name: str = self.cleaned_data["name"]
        fault = fault_of_name(name)
        if fault:
            raise ValidationError(said(fault), "invalid")
        return name.strip()

    def clean(self) -> dict[str, Any]:
        """With `consent`: what was declared, or None for who is asked later. Half of it is none."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["consent"] = None
        if not self.errors and any(name in self.data for name in _CONSENT):
            cleaned["consent"] = self._declared(cleaned)
        return cleaned

    def _declared(self, cleaned: dict[str, Any]) -> Declaration | None:
        if missing := [name for name in _NEEDED if not cleaned.get(name)]:
            for name in missing:
                self.add_error(name, ValidationError("is required", "required"))
            return None
        declared = Declaration(cleaned["consent_version"], cleaned["age_at_least"], cleaned.get("region") or None)
        for fault in faults(declared):
            self.add_error(_FIELDS[fault.pointer], ValidationError(said(fault.detail), fault.code))
        return declared

    def signup(self, request: HttpRequest, user: User) -> None:
        """Nothing left to do: it waits for the proof of the address (`diary.identity.flows.signing_up`)."""
