"""Lists over HTTP: `limit` and `cursor` in, `items` and `next_cursor` out, the same for every list."""

from collections.abc import Callable
from typing import Any, ClassVar, Final, TypeVar, cast

from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from diary.api.framework.parameters import Parameter, number, text
from diary.api.framework.view import ApiView
from diary.cursors import Listing

Row = TypeVar("Row")
MOST: Final = 500
LIMIT: Final = number("limit", "The most items on a page.", least=1, most=MOST, otherwise=100)
CURSOR: Final = text("cursor", "`next_cursor` of the previous page.")
PAGING: Final = (LIMIT, CURSOR)


class CursorPagination(BasePagination):
    """One page of a Listing."""

    limit: ClassVar[Parameter[int | None]] = LIMIT
    otherwise: ClassVar[int] = 100
    next_cursor: str | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """The rows of the page that the query asks for; `queryset` is the Listing. Raises Invalid."""
        listing = cast("Listing[Any]", queryset)
        limit = view.asked[self.limit] or self.otherwise
        rows, self.next_cursor = listing.page(limit=limit, cursor=view.asked[CURSOR])
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        """The page, and where the next one begins."""
        return Response({"items": data, "next_cursor": self.next_cursor})


class ListView(ApiView):
    """An address that lists something."""

    believes = True
    pagination_class: ClassVar[type[CursorPagination]] = CursorPagination

    def listed(self, request: Request, listing: Listing[Row], presented: Callable[[list[Row]], list[Any]]) -> Response:
        """One page of the listing."""
        self.note_look(request, ahead=True)
        paginator = self.pagination_class()
        rows = paginator.paginate_queryset(listing, request, view=self)
        return paginator.get_paginated_response(presented(rows))
