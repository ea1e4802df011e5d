"""Cursor pagination for the API's lists."""

from typing import Any

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param


class CheckedCursorPagination(CursorPagination):
    """Cursor pagination with signed cursors, which are valid in one list only, and a page size within its limits."""

    page_size_query_param = "page_size"
    #: Always set: the largest page size.
    max_page_size: int

    def get_page_size(self, request: Request) -> int:
        """The requested size. Raises ValidationError unless it is from 1 to the largest."""
        size = request.query_params.get(self.page_size_query_param)
        if size is None:
            return int(self.page_size or self.max_page_size)
        if not (size.isascii() and size.isdecimal() and len(size) < 10 and 1 <= int(size) <= self.max_page_size):
            sentence = _("A page has from 1 to %(most)d rows.") % {"most": self.max_page_size}
            raise ValidationError({self.page_size_query_param: [sentence]}, "invalid_page_size")
        return int(size)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameters, with their limits."""
        cursor, size = super().get_schema_operation_parameters(view)
        cursor["description"] = "Where the page begins, as an address in `next` or `previous` says"
        size["description"] = "Rows of a page"
        size["schema"] |= {"minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        return [cursor, size]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema of a page of rows of `schema`, with null as OpenAPI 3.1 writes it; the base class writes 3.0's."""
        page: dict[str, Any] = super().get_paginated_response_schema(schema)
        for name in ("next", "previous"):
            page["properties"][name] = {"type": ["string", "null"], "format": "uri"}
        return {**page, "required": ["next", "previous", "results"]}

    def decode_cursor(self, request: Request) -> Cursor | None:
        """The cursor of the request, None on the first page. Raises NotFound if this list didn't make it."""
        self._signer = Signer(salt=f"cursor {request.path}")
        text = request.query_params.get(self.cursor_query_param)
        if text is None:
            return None
        try:
            return Cursor(*self._signer.unsign_object(text))
        except BadSignature as error:
            raise NotFound(_("This cursor did not come from a page of this list."), "invalid_cursor") from error

    def encode_cursor(self, cursor: Cursor) -> str:
        """The address of the page at the cursor, which decode_cursor reads from it."""
        return replace_query_param(str(self.base_url), self.cursor_query_param, self._signer.sign_object([*cursor]))
