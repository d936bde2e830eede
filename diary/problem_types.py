"""Every kind of problem that this service answers with: its stable address, status, title, and what an app can do.

`docs/problems.md` lists them for people, and each address (`/problems/gone`) answers with its own entry. Apps act on
the address, so it never changes its meaning. Titles are for people, and said in their language (`diary.problems`);
meanings are for whoever writes an app.
"""

from enum import Enum
from typing import Final

from django.utils.translation import gettext_noop as _

PREFIX: Final = "/problems/"


class ProblemType(Enum):
    """One kind of problem. The member's name in kebab case is the last part of its address."""

    def __init__(self, status: int, title: str, meaning: str) -> None:
        self.status = status
        self.title = title
        self.meaning = meaning

    @property
    def slug(self) -> str:
        """The last part of the address, such as `proof-required`."""
        return self.name.lower().replace("_", "-")

    @property
    def uri(self) -> str:
        """`type` in a problem document: a reference relative to this service."""
        return PREFIX + self.slug

    BAD_REQUEST = 400, _("Bad request"), "The request is not valid HTTP for this service, such as an unknown host."
    INVALID = (
        400,
        _("Some fields are invalid"),
        "`errors` lists each one with a JSON Pointer and a stable `code`. Fix them and send the request again.",
    )
    INVALID_IF_MATCH = 400, _("If-Match is invalid"), 'Send `*` or one version in quotation marks, such as `"3"`.'
    MALFORMED_BODY = (
        400,
        _("The body is not valid JSON"),
        "It is empty, incomplete, not UTF-8, or breaks a rule of JSON such as unique keys. `detail` says where.",
    )
    INVALID_TOKEN = (
        401,
        _("Sign in again"),
        "The access token is missing, expired or revoked. Keep unsent changes, sign in, then send them.",
    )
    REAUTHENTICATION_REQUIRED = (
        401,
        _("Confirm who you are"),
        "Only under `/api/auth/`: the token is valid, but this step needs recent proof. Do one of the steps in "
        "`data.flows`, then send the request again. Don't sign out.",
    )
    SIGN_IN_INCOMPLETE = (
        401,
        _("Sign-in is not complete"),
        "Only under `/api/auth/`: `data.flows` lists the steps; `meta.session_token` continues a pending one.",
    )
    FORBIDDEN = 403, _("Not allowed"), "This account may not do this."
    PASSWORD_REQUIRED = (
        403,
        _("Confirm with your password"),
        "Send the account's password in the body, or reauthenticate with a second factor and try again.",
    )
    PROOF_REQUIRED = (
        403,
        _("Confirm that it's you"),
        "Reauthenticate under `/api/auth/` in one of the ways listed in `flows`, then send the request again. It "
        "counts for 15 minutes.",
    )
    READ_ONLY = (
        403,
        _("You can read this diary but not write to it"),
        "In a sync result: the caller's access has been lowered. Drop the change, or tell the person.",
    )
    WRONG_CODE = 403, _("The code is wrong or has expired"), "Let the person try again, or ask for a new code."
    WRONG_PASSWORD = 403, _("The password is wrong"), "Let the person try again."
    INVITATION_NOT_FOUND = (
        404,
        _("This invitation doesn't work"),
        "It has expired, was withdrawn or already used, or it was sent to another address.",
    )
    NOT_FOUND = 404, _("Not found"), "There is no such address, or the caller may not see what is there."
    METHOD_NOT_ALLOWED = 405, _("Method not allowed"), "`Allow` lists the methods of this address."
    NOT_ACCEPTABLE = 406, _("Not acceptable"), "This address has no answer in the format that `Accept` asks for."
    BODY_TIMEOUT = 408, _("The body took too long to arrive"), "Send the request again; this is safe."
    ALREADY_IN_CIRCLE = 409, _("Already in the care circle"), "This person has already accepted an invitation."
    CANNOT_SNOOZE = 409, _("This alert can't be snoozed"), "Emergency and urgent alerts can't. `current` is the alert."
    CANNOT_UNDO = (
        409,
        _("This can't be undone"),
        "Only the person who acknowledged the alert can undo it, within ten minutes. `current` is the alert.",
    )
    CIRCLE_FULL = 409, _("The care circle is full"), "Remove someone before inviting another person."
    CONFLICT = (
        409,
        _("Different content is stored here"),
        "`current` is what is stored. Merge, then send the result with `If-Match` and the current version.",
    )
    CONSENT_OUTDATED = 409, _("There is a newer consent text"), "Show the text in `current` and ask again."
    INVITATION_REFUSED = (
        409,
        _("This person doesn't want to be invited"),
        "They refused an invitation and all further ones to this diary. Talk to them instead.",
    )
    NO_OUTCOME = (
        409,
        _("This alert takes no outcome"),
        "It was withdrawn, was never sent, or only asks to keep logging. `current` is the alert.",
    )
    OWN_ADDRESS = 409, _("This is your own address"), "A caregiver needs an address of their own."
    TOO_MANY_SHARES = 409, _("Too many shared links"), "End one of them before making another."
    SMS_UNAVAILABLE = 409, _("This service sends no SMS"), "The operator has not set up an SMS provider."
    STEP_NOT_POSSIBLE = (
        409,
        _("This step is not possible now"),
        "Only under `/api/auth/`: the flow that this step belongs to was not started, or is already complete.",
    )
    TOO_MANY_DEVICES = 409, _("Too many devices"), "Delete a device before adding another."
    TOO_MANY_SECRETS = 409, _("Too many signing secrets"), "The oldest expires within a day; rotate again then."
    TOO_MANY_WEBHOOKS = 409, _("Too many webhooks"), "Delete a webhook before adding another."
    GONE = 410, _("Deleted"), "The resource was deleted, and its id can't be used again."
    SESSION_ENDED = 410, _("This session has ended"), "Only under `/api/auth/`: drop the token and sign in again."
    VERSION_MISMATCH = (
        412,
        _("The version is not current"),
        "`If-Match` names an old version. `current` is what is stored; merge and send the result with its version.",
    )
    BODY_TOO_LARGE = (
        413,
        _("The body is too large"),
        "`detail` gives the limit. Send less, such as fewer changes at a time.",
    )
    TOO_MANY_CHANGES = 413, _("Too many changes"), "Split the sync into requests of at most 1,000 changes."
    UNSUPPORTED_BODY = (
        415,
        _("Unsupported body format"),
        "Send `application/json` in UTF-8, without compression.",
    )
    DAILY_LIMIT = 429, _("Too many writes today"), "Keep the changes and send them after `Retry-After` seconds."
    DATE_FULL = 429, _("Too many records for this date"), "Edit or delete one of them. Waiting doesn't help."
    DIARY_FULL = 429, _("The diary is full"), "Stored records can still be edited and deleted. Waiting doesn't help."
    EXPORT_IN_PROGRESS = 429, _("An export is already in progress"), "Try again when it has finished."
    IMPORT_IN_PROGRESS = (
        429,
        _("An import is already in progress"),
        "A large document is being imported into this diary. Try again after `Retry-After` seconds.",
    )
    TOO_MANY_ATTEMPTS = 429, _("Too many attempts"), "Wait for `Retry-After` seconds before the next attempt."
    TOO_MANY_CODES = 429, _("Too many codes"), "Wait for `Retry-After` seconds before asking for another code."
    TOO_MANY_INVITATIONS = 429, _("Too many invitations today"), "Wait for `Retry-After` seconds before the next one."
    TOO_MANY_REQUESTS = 429, _("Too many requests"), "Keep the changes and send them after `Retry-After` seconds."
    INTERNAL_ERROR = (
        500,
        _("Something went wrong"),
        "A fault in the service. Anything not confirmed was not stored; retry.",
    )
    MAIL_NOT_SENT = 503, _("The email could not be sent"), "Nothing was changed. Try again after `Retry-After` seconds."
    OVERLOADED = 503, _("The service is busy"), "Send the request again after `Retry-After` seconds; this is safe."
    SMS_NOT_SENT = 503, _("The SMS could not be sent"), "Nothing was changed. Try again after `Retry-After` seconds."


def type_for_status(status: int) -> ProblemType:
    """The kind for a refusal by a library, of which no more than the status is known."""
    return _BY_STATUS.get(status) or (ProblemType.BAD_REQUEST if status < 500 else ProblemType.INTERNAL_ERROR)


_BY_STATUS: Final = {
    kind.status: kind
    for kind in (
        ProblemType.BAD_REQUEST,
        ProblemType.INVALID_TOKEN,
        ProblemType.FORBIDDEN,
        ProblemType.NOT_FOUND,
        ProblemType.METHOD_NOT_ALLOWED,
        ProblemType.NOT_ACCEPTABLE,
        ProblemType.BODY_TOO_LARGE,
        ProblemType.UNSUPPORTED_BODY,
        ProblemType.TOO_MANY_REQUESTS,
        ProblemType.INTERNAL_ERROR,
        ProblemType.OVERLOADED,
    )
}
