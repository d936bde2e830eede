"""What a page may do that has a script of ours: run it, and have it ask this service."""

from collections.abc import Mapping
from typing import Final

from web.page import POLICY

SCRIPTED: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": f"{POLICY}; script-src 'self'; connect-src 'self'; worker-src 'self'",
}
