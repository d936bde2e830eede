"""What the identity API takes and answers, for the published contract. See docs/identity.md."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from diary.api.shapes import Problem
from diary.format.fields import Region

Email = Annotated[str, Meta(min_length=3, max_length=254, description="an email address")]
Password = Annotated[str, Meta(min_length=1, max_length=1000, description="the password")]
NewPassword = Annotated[str, Meta(min_length=10, max_length=1000, description="at least 10 characters")]
MailedCode = Annotated[str, Meta(min_length=1, max_length=100, description="the code from the email")]
SessionToken = Annotated[
    str | UnsetType,
    Meta(description="for `X-Session-Token` of the next step; once signed in, the access token"),
]
AccessToken = Annotated[str | UnsetType, Meta(description="the bearer token for `/api/auth/` and `/api/v1/`")]
Moment = Annotated[float, Meta(description="seconds since 1970, UTC")]


class SignUp(Struct, frozen=True, forbid_unknown_fields=True):
    """A new account. Consent to the processing of health data may be given with it or later: `consent_version` and
    `age_at_least` together, to the text in `health_consent` of the configuration.
    """

    email: Email
    password: NewPassword
    name: Annotated[str, Meta(max_length=80, description="the name that others see in emails")] | UnsetType = UNSET
    consent_version: (
        Annotated[str, Meta(max_length=20, description="the version of the consent text the person agreed to")]
        | UnsetType
    ) = UNSET
    age_at_least: (
        Annotated[int, Meta(ge=1, le=120, description="the age in years the person says they have reached")] | UnsetType
    ) = UNSET
    region: Region | UnsetType = UNSET


class VerifyEmail(Struct, frozen=True, forbid_unknown_fields=True):
    """The code that verifies the email address."""

    key: MailedCode


class SignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """The account to sign in to."""

    email: Email
    password: Password


class SecondFactor(Struct, frozen=True, forbid_unknown_fields=True):
    """The second step of signing in."""

    code: Annotated[
        str, Meta(min_length=1, max_length=100, description="from the authenticator app, or a recovery code")
    ]


class PasswordForgotten(Struct, frozen=True, forbid_unknown_fields=True):
    """The account whose password to reset."""

    email: Email


class PasswordReset(Struct, frozen=True, forbid_unknown_fields=True):
    """A new password, with the code from the email."""

    key: MailedCode
    password: NewPassword


class PasswordAgain(Struct, frozen=True, forbid_unknown_fields=True):
    """The password, to reauthenticate before a sensitive step."""

    password: Password


class PasswordChange(Struct, frozen=True, forbid_unknown_fields=True):
    """A new password."""

    current_password: Password
    new_password: NewPassword


class SessionsToEnd(Struct, frozen=True, forbid_unknown_fields=True):
    """The devices to sign out."""

    sessions: Annotated[list[UUID], Meta(min_length=1)]


class SignedInUser(Struct, frozen=True):
    """Who is signed in."""

    id: UUID
    display: str
    email: str
    has_usable_password: bool
    health_consent_due: Annotated[
        bool,
        Meta(description="whether to ask for consent to the processing of health data (`/api/v1/account/consent`)"),
    ]


class Proof(Struct, frozen=True):
    """One way in which the person authenticated."""

    method: str
    at: Moment
    email: str | UnsetType = UNSET
    type: str | UnsetType = UNSET
    reauthenticated: bool | UnsetType = UNSET


class SignedInData(Struct, frozen=True):
    """Who is signed in, and how."""

    user: SignedInUser
    methods: list[Proof]


class SignedInMeta(Struct, frozen=True):
    """The tokens, if this step issued new ones."""

    is_authenticated: bool
    session_token: SessionToken = UNSET
    access_token: AccessToken = UNSET


class SignedIn(Struct, frozen=True):
    """The person is signed in."""

    status: Literal[200]
    data: SignedInData
    meta: SignedInMeta


class IdentityFlow(Struct, frozen=True):
    """A possible step; `is_pending` marks the current one."""

    id: str
    is_pending: bool | UnsetType = UNSET
    types: list[str] | UnsetType = UNSET


class IdentityFlows(Struct, frozen=True):
    """The possible steps."""

    flows: list[IdentityFlow]


class StepMeta(Struct, frozen=True):
    """The token of the pending flow."""

    is_authenticated: bool
    session_token: SessionToken = UNSET


class StepNeeded(Problem, frozen=True, kw_only=True):
    """A problem that lists the next steps: `sign-in-incomplete` is no failure after most requests, and
    `reauthentication-required` asks someone who is signed in to confirm who they are.
    """

    data: IdentityFlows
    meta: StepMeta


class DeviceSession(Struct, frozen=True):
    """A signed-in device."""

    id: UUID
    created_at: Moment
    is_current: bool


class DeviceSessions(Struct, frozen=True):
    """All signed-in devices of the account."""

    status: Literal[200]
    data: list[DeviceSession]


class AccountOptions(Struct, frozen=True):
    """How accounts work here."""

    login_methods: list[str]
    is_open_for_signup: bool


class FactorOptions(Struct, frozen=True):
    """The second factors there are."""

    supported_types: list[str]
    passkey_login_enabled: bool


class ConsentAsked(Struct, frozen=True):
    """The consent to show and ask for at sign-up, in the language of `Accept-Language`."""

    version: str
    text: str
    minimum_ages: Annotated[dict[str, int], Meta(description="by region; `*` is everywhere else")]


class IdentityOptions(Struct, frozen=True):
    """What is on offer."""

    account: AccountOptions
    mfa: FactorOptions
    health_consent: ConsentAsked


class IdentityConfiguration(Struct, frozen=True):
    """What an app needs before anyone is signed in."""

    status: Literal[200]
    data: IdentityOptions
