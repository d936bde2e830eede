"""What somebody may give at sign-up beside address and password."""

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest

from diary.models.user import User

# As the constraint on the table: a name goes into the headers and greetings of mails.
_one_line = RegexValidator(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", "Must be one line without control characters.", "invalid", inverse_match=True
)


class SignUpForm(forms.Form):
    """The part of allauth's sign-up that is ours: an optional name, for caregivers to know whose diary it is."""

    name = forms.CharField(max_length=100, required=False, validators=[_one_line])

    def signup(self, request: HttpRequest, user: User) -> None:
        """Nothing left to do: the adapter has stored it in the same transaction as the user."""
