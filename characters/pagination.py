"""Cursor pagination for the API's lists."""

from django.utils.translation import gettext_lazy
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request


class CheckedCursorPagination(CursorPagination):
    """Cursor pagination that also answers 404 to a well-formed cursor whose position the database can't compare."""

    invalid_cursor_message = gettext_lazy("This cursor did not come from a page of this list.")  # type: ignore[assignment]

    @staticmethod
    def parse_position(position: str) -> object:
        """`position` as a value of the first ordering column. Raises ValueError or OverflowError if it can't be one."""
        return int(position)

    def decode_cursor(self, request: Request) -> Cursor | None:
        """The cursor of the request, None on the first page. Raises NotFound if this list can't have made it."""
        cursor = super().decode_cursor(request)
        if cursor and cursor.position is not None:
            try:
                self.parse_position(str(cursor.position))
            except (ValueError, OverflowError) as error:
                raise NotFound(self.invalid_cursor_message) from error
        return cursor
