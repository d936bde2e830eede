"""Why a call came to nothing."""


class CallError(Exception):
    """No answer came. `detail` is the kind of trouble and nothing of the address or what was sent.

    `unconfirmed`: the request was on its way, so whoever listens there may have it. `silent`: someone should have
    answered and did not.
    """

    silent = True

    def __init__(self, detail: str, *, unconfirmed: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.unconfirmed = unconfirmed


class AddressRefused(CallError):
    """The address is none that may be called; nothing was sent. What a name leads to may change meanwhile."""

    silent = False
