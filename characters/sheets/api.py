"""Practice sheets in the API."""

from functools import cached_property
from typing import Any, cast

from django.http import HttpResponse
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from characters.parameters import StrictView
from characters.sheets.options import MAKING, MAX_TEXT, SheetSerializer
from characters.throttling import TolerantThrottle
from characters.versions import catalogue_version, conditional

#: Characters of a request that cost one unit of the rate.
_CHARACTERS_A_UNIT = 10


class PdfRenderer(BaseRenderer):
    """Lets a request accept application/pdf."""

    media_type = "application/pdf"
    format = "pdf"
    charset = None
    render_style = "binary"


class SheetThrottle(TolerantThrottle):
    """Some 50 sheets of 100 characters an hour for one address, or several hundred short ones."""

    scope = "sheets"
    rate = "600/hour"

    def get_cache_key(self, request: Request, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class SheetApiView(StrictView):
    """Practice sheets (練習シート) and manuscript paper (原稿用紙) to print."""

    authentication_classes = []
    queries = {"get": SheetSerializer}
    renderer_classes = [PdfRenderer, JSONRenderer]

    def get_throttles(self) -> list[Any]:
        return [self.throttle]

    @cached_property
    def throttle(self) -> SheetThrottle:
        """Charges by the length of the text, before it is validated."""
        length = len(self.request.query_params.get("characters", ""))
        return SheetThrottle(1 + min(length, MAX_TEXT) // _CHARACTERS_A_UNIT)

    @extend_schema(
        operation_id="sheets_retrieve",
        tags=["sheets"],
        parameters=[SheetSerializer, OpenApiParameter("format", exclude=True)],
        responses={(200, PdfRenderer.media_type): bytes},
    )
    @conditional(catalogue_version)
    def get(self, request: Request) -> HttpResponse:
        """Get a sheet as a PDF file."""
        from characters.sheets.pdf import pdf  # not every web process makes sheets

        sheet = cast(SheetSerializer, self.query()).sheet
        with MAKING:
            file = pdf(sheet.pages(), sheet.title, get_language() or "en")
        name = f"letters-ai-{sheet.kind}.pdf"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(file, content_type=PdfRenderer.media_type, headers=headers)
