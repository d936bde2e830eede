"""The credential that a phone sends for a passkey: whether it is one at all.

allauth hands what it gets to python-fido2, whose parser raises whatever the first odd value leads to. Whether a
well-formed credential is *right* is theirs to say.
"""

import struct
from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop as _
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

NO_CREDENTIAL: Final = _("must be a PublicKeyCredential in JSON")
_ODD: Final = (AttributeError, IndexError, KeyError, TypeError, ValueError, struct.error)


def is_credential(value: Mapping[str, object]) -> bool:
    """Whether `value` is a WebAuthn `PublicKeyCredential` in JSON, of a registration or of a sign-in."""
    response = value.get("response")
    if not isinstance(response, dict):
        return False
    kind = RegistrationResponse if "attestationObject" in response else AuthenticationResponse
    try:
        kind.from_dict(value)
    except _ODD:
        return False
    return True
