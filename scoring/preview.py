"""The picture of a shared writing that other sites show beside its link. It has no words: one for all languages."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from ml.strokes import REFERENCE_SIDE, references
from scoring import marks

WIDTH, HEIGHT = 1200, 630
#: What an ETag begins with; another when the picture is drawn in another way.
VERSION = 1

#: Drawn so much larger, then averaged down: smooth edges.
_OVERSAMPLING = 2
# As in frontend/src/base.css, by day.
_DESK, _PAPER, _LINE, _GUIDE = "#fbf9f4", "#fffefb", "#d9d3c6", "#d8d0c0"
_INK, _QUIET, _SHU = "#211d1a", "#6b655b", "#c23a1a"
#: The pen, as a part of the paper's side.
_PEN = 0.03
#: Sides of the papers, and where they lie: px.
_PAPER_AT, _PAPER_SIDE = (60, 60), 510
_MODEL_AT, _MODEL_SIDE = (640, 420), 150

Points = Iterable[Sequence[float]]


def png(ink: dict[str, Any], legibility: int, literal: str) -> bytes:
    """1200 by 630 px: the writing on its paper; the mark and the score; how `literal` is written."""
    sheet = _Sheet()
    sheet.paper(_PAPER_AT, _PAPER_SIDE)
    longer = max(ink["width"], ink["height"])
    middle = [(longer - ink[side]) / 2 for side in ("width", "height")]
    scale = _PAPER_SIDE / longer
    left, top = _PAPER_AT
    for stroke in ink["strokes"]:
        points = [((x + middle[0]) * scale + left, (y + middle[1]) * scale + top) for x, y, *_ in stroke]
        sheet.line(points, _INK, _PEN * _PAPER_SIDE)
    for line in marks.lines(marks.earned(legibility)):
        sheet.line([(640 + x * 2, 90 + y * 2) for x, y in line], _SHU, 8)
    for place, digit in enumerate(str(legibility)):
        sheet.glyph(digit, (900 + place * 95, 110), 200, _SHU, 11)
    sheet.paper(_MODEL_AT, _MODEL_SIDE)
    sheet.glyph(literal, _MODEL_AT, _MODEL_SIDE, _QUIET, 6)
    sheet.text("Letters-AI", (WIDTH - 60, 570), 34)
    return sheet.png()


class _Sheet:
    """A picture in the making; lengths in its px."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH * _OVERSAMPLING, HEIGHT * _OVERSAMPLING), _DESK)
        self.draw = ImageDraw.Draw(self.image)

    def paper(self, at: tuple[float, float], side: float) -> None:
        """With the cross of a practice sheet."""
        (left, top), dash = at, side / 50
        self.draw.rectangle(_large([at, (left + side, top + side)]), _PAPER, _LINE, 2 * _OVERSAMPLING)
        for step in range(1, 50, 2):
            for start in ((left + side / 2, top + step * dash), (left + step * dash, top + side / 2)):
                end = (start[0], start[1] + dash) if start[0] == left + side / 2 else (start[0] + dash, start[1])
                self.draw.line(_large([start, end]), _GUIDE, _OVERSAMPLING)

    def line(self, points: Points, colour: str, width: float) -> None:
        """Round where it begins, ends and turns."""
        path, radius = _large(points), width * _OVERSAMPLING / 2
        self.draw.line(path, colour, round(2 * radius), joint="curve")
        for x, y in (path[0], path[-1]):
            self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), colour)

    def glyph(self, literal: str, at: tuple[float, float], side: float, colour: str, pen: float) -> None:
        """As its reference is written."""
        for stroke in references()[literal]:
            self.line((stroke * (side / REFERENCE_SIDE) + at).tolist(), colour, pen)

    def text(self, text: str, end: tuple[float, float], size: float) -> None:
        """Latin letters; `end` is where their line ends, at the right."""
        font = ImageFont.load_default(size * _OVERSAMPLING)
        self.draw.text(_large([end])[0], text, _INK, font, anchor="rs")

    def png(self) -> bytes:
        file = io.BytesIO()
        self.image.reduce(_OVERSAMPLING).save(file, "PNG")
        return file.getvalue()


def _large(points: Points) -> list[tuple[float, float]]:
    return [(x * _OVERSAMPLING, y * _OVERSAMPLING) for x, y, *_ in points]
