"""Bodies and headers as they should not be, for the identity API."""

import json
from random import Random
from typing import Any, Final

ODD_TEXTS: Final[tuple[str, ...]] = (
    "",
    " ",
    "x",
    "\x00",
    "\ud800",
    "\u202ealice",
    "ａｌｉｃｅ@example.org",
    "alice@[127.0.0.1]",
    '"alice smith"@example.org',
    "alice@bücher.example",
    "a" * 5000,
    "a" * 250 + "@example.org",
    "0",
    "-1",
    "٣٣٣٣٣٣",
    "999999",
    "ABCD-EFGH",
    "00000000-0000-0000-0000-000000000000",
    "%s%n{0}{email}",
    "\r\nBcc: x@example.org",
)
ODD_VALUES: Final[tuple[Any, ...]] = (
    None,
    True,
    False,
    0,
    -1,
    2**31,
    2**63,
    10**400,
    1.5,
    [],
    {},
    [[]],
    [None],
    [2**63],
    [""],
    ["x"],
)
ODD_NAMES: Final = (
    "email",
    "password",
    "code",
    "key",
    "credential",
    "id",
    "name",
    "sessions",
    "authenticators",
    "next",
)
ODD_BODIES: Final = (b"", b"{", b"[]", b"null", b'"text"', b"\xff", b'{"email": NaN}', b'{"id": 1e999}', b"[" * 20_000)
ODD_TYPES: Final = ("text/plain", "application/json; charset=latin-1", "multipart/form-data", "", "application/jsön")
ODD_TOKENS: Final = ("", "x", "a" * 32, "é" * 8, "%00", "Bearer x", "a" * 4000)


def bent(random: Random, body: dict[str, Any] | None) -> bytes:
    """The body with one thing wrong, or something else altogether."""
    if body is None or random.random() < 0.15:
        return random.choice(ODD_BODIES)
    changed = _inside(random, body) if random.random() < 0.8 else {**body, random.choice(ODD_NAMES): _odd(random)}
    return json.dumps(changed).encode()


def _inside(random: Random, value: Any) -> Any:
    """One of the values in it replaced or left out, however deep it is."""
    if not isinstance(value, dict) or not value or random.random() < 0.1:
        return _odd(random, like=value)
    name = random.choice(sorted(value))
    if random.random() < 0.2:
        return {other: kept for other, kept in value.items() if other != name}
    return {**value, name: _inside(random, value[name])}


def _odd(random: Random, like: Any = None) -> Any:
    if isinstance(like, str) and like and random.random() < 0.4:
        return random.choice([like[:-1], like + like, like.swapcase(), like[::-1], f" {like} ", like[1:] + like[0]])
    return random.choice(ODD_TEXTS) if random.random() < 0.5 else random.choice(ODD_VALUES)
