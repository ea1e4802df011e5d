"""The schema of the API as it is served."""

from functools import cache
from threading import Lock

from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from django.utils.encoding import force_bytes
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

_making = Lock()


class SchemaView(SpectacularAPIView):
    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        """The schema as YAML or JSON, in the language `lang` or the reader's."""
        asked = request.GET.get("lang", "")
        language = asked if asked in dict(settings.LANGUAGES) else translation.get_language()
        renderer = request.accepted_renderer
        with _making:  # so that requests at once wait for one schema
            schema = _rendered(language, renderer.media_type)
        headers = {"Content-Disposition": f'inline; filename="Letters-AI.{renderer.format}"'}
        return HttpResponse(schema, f"{renderer.media_type}; charset=utf-8", headers=headers)


@cache  # making it takes a quarter of a second
def _rendered(language: str, media_type: str) -> bytes:
    [renderer] = [one for one in SchemaView.renderer_classes if one.media_type == media_type]
    with translation.override(language):
        schema = SchemaView.generator_class().get_schema(public=True)
        return force_bytes(renderer().render(schema, renderer_context={}))
