"""An attempt's ink as a picture, through the API."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from characters.drawing import ink_paths
from characters.parameters import StrictView
from characters.pictures import PEN
from scoring import preview
from scoring.accepting import AttemptThrottle
from scoring.guests import guest_of
from scoring.models import Attempt

#: Farthest from the picture that a stroke is drawn to, px.
_FARTHEST = 10_000.0
#: Largest scale, px per unit.
_LARGEST = 1e6


class PictureQuerySerializer(serializers.Serializer[Any]):
    size = serializers.IntegerField(
        min_value=16, max_value=1024, default=320, help_text="Length of the longer side of the writing area, px"
    )


class AttemptPictureView(StrictView):
    """Base of the pictures of an attempt: its strokes in the writing area. 404 for an image, which has none."""

    #: Scopes that an API token needs, one of them.
    scopes = {"read": ("read:history", "write:attempts")}
    queries = {"get": PictureQuerySerializer}
    media_type: str

    def get_throttles(self) -> list[BaseThrottle]:
        return [AttemptThrottle()]

    def picture(self, request: Request, pk: str) -> HttpResponse:
        size = self.query().validated_data["size"]
        own = Attempt.objects.owned_by(request.user, guest_of(request).id).filter(ink__isnull=False)
        content = self.draw(get_object_or_404(own.only("ink"), pk=pk).ink or {}, size)
        return HttpResponse(content, self.media_type, headers={"Cache-Control": "private, no-cache"})

    def draw(self, ink: dict[str, Any], size: int) -> str | bytes:
        raise NotImplementedError


class AttemptSvgView(AttemptPictureView):
    media_type = "image/svg+xml"

    @extend_schema(parameters=[PictureQuerySerializer], responses={(200, media_type): bytes})
    def get(self, request: Request, pk: str) -> HttpResponse:
        """The ink as SVG: one path for each stroke, in the order and the units in which it was written."""
        return self.picture(request, pk)

    def draw(self, ink: dict[str, Any], size: int) -> str:
        return svg(ink, size)


class AttemptPngView(AttemptPictureView):
    media_type = "image/png"

    @extend_schema(parameters=[PictureQuerySerializer], responses={(200, media_type): bytes})
    def get(self, request: Request, pk: str) -> HttpResponse:
        """The ink as PNG, on paper."""
        return self.picture(request, pk)

    def draw(self, ink: dict[str, Any], size: int) -> bytes:
        return png(ink, size)


def svg(ink: dict[str, Any], size: int) -> str:
    """The ink as an SVG file whose longer side is `size` px."""
    width, height = ink["width"], ink["height"]
    shown = " ".join(f'{name}="{side}"' for name, side in zip(("width", "height"), _sides(ink, size), strict=True))
    pen = f'fill="none" stroke="{preview.COLOURS["ink"]}" stroke-width="{PEN * max(width, height):.2f}"'
    paths = "".join(f'<path d="{path}"/>' for path in ink_paths(ink))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {shown} viewBox="0 0 {width} {height}">'
        f'<g {pen} stroke-linecap="round" stroke-linejoin="round">{paths}</g></svg>'
    )


def png(ink: dict[str, Any], size: int) -> bytes:
    """The ink as a PNG file whose longer side is `size` px."""
    scale = _scale(ink, size)
    sheet = preview.Sheet(*_sides(ink, size))
    for stroke in ink["strokes"]:
        points = preview.placed([(x, y) for x, y, *_ in stroke], (0, 0), scale)
        sheet.line([(_near(x), _near(y)) for x, y in points], preview.COLOURS["ink"], PEN * size)
    return sheet.png()


def _near(length: float) -> float:
    """`length` in px, or the nearest that Pillow can draw to: ink may lie far outside its writing area."""
    return min(max(length, -_FARTHEST), _FARTHEST)


def _scale(ink: dict[str, Any], size: int) -> float:
    """Pixels per unit of the ink. The writing area may be as narrow as a float can be."""
    return min(size / max(ink["width"], ink["height"]), _LARGEST)


def _sides(ink: dict[str, Any], size: int) -> tuple[int, int]:
    """Width and height of the picture, px; a very narrow writing area has at least one."""
    scale = _scale(ink, size)
    return max(1, round(ink["width"] * scale)), max(1, round(ink["height"] * scale))
