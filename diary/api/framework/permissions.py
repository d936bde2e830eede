"""How far someone must reach for a request: declared by each view, for each of its methods."""

from typing import TYPE_CHECKING, Any, Final, Literal

from django.core.exceptions import ImproperlyConfigured
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from diary.access.levels import Access, Level
from diary.problems import not_found

if TYPE_CHECKING:
    from diary.api.framework.view import ApiView

Reach = Level | Literal["account"]
"""A level in the diary of the address (the caller's own where the address names none), or just being signed in."""
METHODS: Final = ("get", "put", "post", "patch", "delete")


class Reaches(BasePermission):
    """The caller's way into the diary reaches as far as the view declares for the method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """False when no one is signed in. Raises Problem 404 for who does not reach far enough, as for no diary."""
        caller: Any = request.user
        if caller is None:
            return False
        reach = required_reach(view, request.method or "")
        access: Any = request.auth
        if reach == "account" or (isinstance(access, Access) and access.reaches(reach)):
            return True
        raise not_found()


def required_reach(view: Any, method: str) -> Reach:
    """What the view declares for the method; a HEAD is a GET. Raises ImproperlyConfigured when it declares nothing."""
    declared: dict[str, Reach] = getattr(view, "reach", {})
    try:
        return declared["GET" if method == "HEAD" else method]
    except KeyError:
        raise ImproperlyConfigured(f"{type(view).__name__} does not declare how far a {method} must reach.") from None


def require_declared(view: type["ApiView"]) -> None:
    """Raises ImproperlyConfigured for a view that has a method without a reach, or a reach without its method."""
    answered = {method.upper() for method in METHODS if hasattr(view, method)}
    declared = set(getattr(view, "reach", {}))
    if answered != declared or not declared:
        differing = ", ".join(sorted(answered ^ declared)) or "any method"
        raise ImproperlyConfigured(f"{view.__name__}.reach must say for each method how far to reach: {differing}.")
