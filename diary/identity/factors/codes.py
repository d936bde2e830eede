"""The second factor at a sign-in: counted by account and network; a code of an authenticator app works once.

allauth counts by account alone, so that a stranger who knows the password could keep its owner out; and it remembers a
used code for 30 seconds in a cache that may be away, while one is accepted for a minute and a half
(https://codeberg.org/allauth/django-allauth, `mfa/base/internal/flows.py` and `mfa/totp/internal/auth.py`).
The account's row is held while any of this is asked (`diary.identity.turns`).
"""

from collections.abc import Callable
from typing import Any, ClassVar, Final

from allauth.account.adapter import get_adapter as account_adapter
from allauth.core import context, ratelimit
from allauth.core.internal.cryptokit import compare_user_code
from allauth.core.internal.ratelimit import get_ip
from allauth.headless.mfa.inputs import (
    AuthenticateInput,
    AuthenticateWebAuthnInput,
    ReauthenticateInput,
    ReauthenticateWebAuthnInput,
)
from allauth.headless.mfa.views import (
    AuthenticateView,
    AuthenticateWebAuthnView,
    ManageTOTPView,
    ReauthenticateView,
    ReauthenticateWebAuthnView,
)
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.webauthn.internal.auth import complete_authentication, parse_authentication_response
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from diary.models.user import User

_LAST: Final = "last_counter"
"""The half minute since 1970 whose code was used last, beside the secret: that one and those before are over."""


def use(factor: Authenticator, code: str) -> bool:
    """Whether the authenticator app shows `code` now, or did or will in half a minute, for the first time."""
    secret = get_adapter().decrypt(factor.data["secret"])
    for counter in yield_hotp_counters_from_time():
        shown = format_hotp_value(hotp_value(secret, counter))
        if counter > factor.data.get(_LAST, -1) and compare_user_code(actual=code, expected=shown):
            factor.data[_LAST] = counter
            factor.save(update_fields=["data"])
            return True
    return False


def counted(user: User) -> Callable[[], None]:
    """Count a try; call what it gives once it was right. Raises ValidationError after too many from this network."""
    key = f"second factor {user.pk} {get_ip(context.request)}"
    if not ratelimit.consume(context.request, action="login_failed", key=key):
        raise account_adapter().validation_error("too_many_login_attempts")
    return lambda: ratelimit.clear(context.request, action="login_failed", key=key)


class _Code:
    """A code from the authenticator app, or a recovery code."""

    user: User
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        right = counted(self.user)
        code: str = self.cleaned_data["code"]
        for factor in Authenticator.objects.filter(user=self.user).exclude(type=Authenticator.Type.WEBAUTHN):
            if use(factor, code) if factor.type == Authenticator.Type.TOTP else factor.wrap().validate_code(code):
                factor.user, self.authenticator = self.user, factor
                right()
                return code
        raise get_adapter().validation_error("incorrect_code")


class _Signature:
    """What a passkey signed."""

    user: User
    cleaned_data: dict[str, Any]

    def clean_credential(self) -> Authenticator:
        right = counted(self.user)
        credential = self.cleaned_data["credential"]
        parse_authentication_response(credential)
        authenticator = complete_authentication(self.user, credential)
        right()
        return authenticator


class CodeInput(_Code, AuthenticateInput):  # type: ignore[misc]
    """To sign in."""


class CodeAgainInput(_Code, ReauthenticateInput):  # type: ignore[misc]
    """To be asked again."""


class SignatureInput(_Signature, AuthenticateWebAuthnInput):  # type: ignore[misc]
    """To sign in."""


class SignatureAgainInput(_Signature, ReauthenticateWebAuthnInput):  # type: ignore[misc]
    """To be asked again."""


class CodeView(AuthenticateView):  # type: ignore[misc]
    """`POST auth/2fa/authenticate`."""

    input_class = CodeInput


class CodeAgainView(ReauthenticateView):  # type: ignore[misc]
    """`POST auth/2fa/reauthenticate`."""

    input_class = CodeAgainInput


class SignatureView(AuthenticateWebAuthnView):  # type: ignore[misc]
    """`GET` and `POST auth/webauthn/authenticate`."""

    input_class: ClassVar = {"POST": SignatureInput}


class SignatureAgainView(ReauthenticateWebAuthnView):  # type: ignore[misc]
    """`GET` and `POST auth/webauthn/reauthenticate`."""

    input_class: ClassVar = {"POST": SignatureAgainInput}


class AuthenticatorAppView(ManageTOTPView):  # type: ignore[misc]
    """`account/authenticators/totp`: the code that switches it on is used by that."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Switch it on."""
        answer: HttpResponseBase = super().post(request, *args, **kwargs)
        for factor in Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP):
            use(factor, self.input.cleaned_data["code"])
        return answer
