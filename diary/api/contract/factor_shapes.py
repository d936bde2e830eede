"""What the identity API takes and answers about second factors and passkeys, for the published contract."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from diary.api.contract.identity_shapes import Moment, SessionToken
from diary.api.shapes import Problem

Credential = Annotated[
    dict[str, Any], Meta(description="the WebAuthn `PublicKeyCredential` as JSON, as the browser or phone gives it")
]


class PasskeyProof(Struct, frozen=True, forbid_unknown_fields=True):
    """What a passkey signed."""

    credential: Credential


class AppCode(Struct, frozen=True, forbid_unknown_fields=True):
    """A code that proves the authenticator app has the secret."""

    code: Annotated[str, Meta(min_length=1, max_length=100, description="from the authenticator app")]


class NewPasskey(Struct, frozen=True, forbid_unknown_fields=True):
    """A passkey to add. Without a name it gets one."""

    credential: Credential
    name: Annotated[str, Meta(max_length=100, description="the name its owner knows it by")] | UnsetType = UNSET
    passwordless: (
        Annotated[bool, Meta(description="whether it must sign in on its own, without a password")] | UnsetType
    ) = UNSET


class PasskeyName(Struct, frozen=True, forbid_unknown_fields=True):
    """A new name for a passkey."""

    id: int
    name: Annotated[str, Meta(min_length=1, max_length=100)]


class PasskeysToDelete(Struct, frozen=True, forbid_unknown_fields=True):
    """The passkeys to delete, by id."""

    authenticators: Annotated[list[int], Meta(min_length=1)]


class SessionMeta(Struct, frozen=True):
    """The token of the pending flow, if this request began one."""

    session_token: SessionToken = UNSET


class SignatureOptions(Struct, frozen=True):
    """For `navigator.credentials.get`, or the passkey library of a phone."""

    request_options: dict[str, Any]


class PasskeyChallenge(Struct, frozen=True):
    """A challenge for a passkey to sign."""

    status: Literal[200]
    data: SignatureOptions
    meta: SessionMeta | UnsetType = UNSET


class PasskeyOptions(Struct, frozen=True):
    """For `navigator.credentials.create`, or the passkey library of a phone."""

    creation_options: dict[str, Any]


class PasskeyToMake(Struct, frozen=True):
    """What a new passkey is made from."""

    status: Literal[200]
    data: PasskeyOptions
    meta: SessionMeta | UnsetType = UNSET


class Factor(Struct, frozen=True):
    """A second factor. `id` and `name` are a passkey's; the counts are those of recovery codes."""

    type: Literal["totp", "webauthn", "recovery_codes"]
    created_at: Moment
    last_used_at: Moment | None
    id: int | UnsetType = UNSET
    name: str | UnsetType = UNSET
    is_passwordless: bool | UnsetType = UNSET
    total_code_count: int | UnsetType = UNSET
    unused_code_count: int | UnsetType = UNSET


class Factors(Struct, frozen=True):
    """All second factors of the account."""

    status: Literal[200]
    data: list[Factor]


class OneFactor(Struct, frozen=True):
    """One second factor."""

    status: Literal[200]
    data: Factor


class AddedMeta(Struct, frozen=True):
    """Whether the account has recovery codes now that it didn't have before."""

    recovery_codes_generated: bool
    session_token: SessionToken = UNSET


class PasskeyAdded(Struct, frozen=True):
    """The new passkey. If recovery codes came with it, show them."""

    status: Literal[200]
    data: Factor
    meta: AddedMeta


class AppSecret(Struct, frozen=True):
    """A new secret for an authenticator app, and the address its QR code holds."""

    secret: str
    totp_url: str
    session_token: SessionToken = UNSET


class AuthenticatorAppOff(Problem, frozen=True, kw_only=True):
    """There is no authenticator app yet; `meta` is what to set one up with."""

    meta: AppSecret


class Codes(Struct, frozen=True):
    """The recovery codes. `unused_codes` is only there for someone who has just confirmed who they are."""

    type: Literal["recovery_codes"]
    created_at: Moment
    last_used_at: Moment | None
    total_code_count: int
    unused_code_count: int
    unused_codes: list[str] | UnsetType = UNSET


class RecoveryCodes(Struct, frozen=True):
    """The recovery codes of the account."""

    status: Literal[200]
    data: Codes


class FactorsRemoved(Struct, frozen=True):
    """They are gone."""

    status: Literal[200]
