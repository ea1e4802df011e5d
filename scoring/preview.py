"""The picture of a shared writing that other sites show beside its link. It has no words: one for all languages."""

import io
import math
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from characters import drawing
from scoring import marks

WIDTH, HEIGHT = 1200, 630
#: Of the way it is drawn; another way has another.
VERSION = 1

#: Drawn so much larger, then averaged down: smooth edges.
_OVERSAMPLING = 2
# As in frontend/src/base.css, by day.
_DESK, _PAPER, _LINE, _GUIDE = "#fbf9f4", "#fffefb", "#d9d3c6", "#d8d0c0"
_INK, _QUIET, _SHU = "#211d1a", "#6b655b", "#c23a1a"
#: The pen's width, as a part of the paper's side.
_PEN = 0.03
# Where things lie, and their sides: px. frontend/src/share/picture.ts draws the same.
_PAPER_AT, _PAPER_SIDE = (60, 60), 510
_MARK_AT, _MARK_SIDE = (650, 80), 240
#: The number's middle, and how large it is at most.
_NUMBER_AT, _NUMBER_WIDTH, _NUMBER_HEIGHT = (1030, 200), 220, 140
#: Between two digits, as a part of their height.
_GAP = 0.22
_MODEL_AT, _MODEL_SIDE = (640, 420), 150
_NAME_ENDS = (WIDTH - 60, HEIGHT - 63)

_SIDES = ("width", "height")
Points = list[tuple[float, float]]


def png(ink: dict[str, Any], legibility: int, literal: str) -> bytes:
    """`WIDTH` by `HEIGHT` px: the writing on its paper; its mark and score; how `literal` is written."""
    sheet = _Sheet()
    sheet.paper(_PAPER_AT, _PAPER_SIDE)
    for stroke in _centred(ink):
        sheet.line(stroke, _INK, _PEN * _PAPER_SIDE)
    for line in marks.lines(marks.earned(legibility)):
        sheet.line(_placed(line, _MARK_AT, _MARK_SIDE / marks.SIDE), _SHU, 9)
    for line in _number(legibility):
        sheet.line(line, _SHU, 10)
    sheet.paper(_MODEL_AT, _MODEL_SIDE)
    for line in drawing.reference_lines(literal):
        sheet.line(_placed(line, _MODEL_AT, _MODEL_SIDE / drawing.SIDE), _QUIET, 5)
    sheet.text("Letters-AI", _NAME_ENDS, 36)
    return sheet.png()


def _centred(ink: dict[str, Any]) -> list[Points]:
    """The ink's strokes as they lie on the paper."""
    side = max(ink["width"], ink["height"])
    at = [edge + (side - ink[length]) / 2 * _PAPER_SIDE / side for edge, length in zip(_PAPER_AT, _SIDES, strict=True)]
    return [_placed([(x, y) for x, y, *_ in stroke], (at[0], at[1]), _PAPER_SIDE / side) for stroke in ink["strokes"]]


def _number(number: int) -> list[Points]:
    """Its digits as they are written by hand, where it stands in the picture."""
    lines: list[Points] = []
    width = -_GAP
    for digit in str(number):
        strokes = drawing.reference_lines(digit)
        xs, ys = zip(*(point for stroke in strokes for point in stroke), strict=True)
        scale = 1 / (max(ys) - min(ys))
        at = (width + _GAP - min(xs) * scale, -min(ys) * scale)
        lines += [_placed(stroke, at, scale) for stroke in strokes]
        width += _GAP + (max(xs) - min(xs)) * scale
    height = min(_NUMBER_HEIGHT, _NUMBER_WIDTH / width)
    at = (_NUMBER_AT[0] - width * height / 2, _NUMBER_AT[1] - height / 2)
    return [_placed(line, at, height) for line in lines]


def _placed(points: Iterable[tuple[float, float]], at: tuple[float, float], scale: float) -> Points:
    return [(at[0] + x * scale, at[1] + y * scale) for x, y in points]


class _Sheet:
    """A picture in the making; lengths in its px."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH * _OVERSAMPLING, HEIGHT * _OVERSAMPLING), _DESK)
        self.draw = ImageDraw.Draw(self.image)

    def paper(self, at: tuple[float, float], side: float) -> None:
        """With the cross of a practice sheet."""
        (left, top), dashes = at, 25
        corners = _placed([(0, 0), (side, side)], at, 1)
        self.draw.rectangle(_large(corners), _PAPER, _LINE, 2 * _OVERSAMPLING)
        dash = side / (2 * dashes)
        for step in range(dashes):
            begins, ends = (2 * step + 0.5) * dash, (2 * step + 1.5) * dash
            across = [(left + begins, top + side / 2), (left + ends, top + side / 2)]
            down = [(left + side / 2, top + begins), (left + side / 2, top + ends)]
            for line in (across, down):
                self.draw.line(_large(line), _GUIDE, _OVERSAMPLING)

    def line(self, points: Points, colour: str, width: float) -> None:
        """Round where it begins, turns and ends."""
        path, radius = _large(points), width * _OVERSAMPLING / 2
        for x, y in path:
            self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), colour)
        for (x, y), (u, v) in pairwise(path):
            if length := math.hypot(u - x, v - y):
                right, down = (y - v) / length * radius, (u - x) / length * radius
                sides = [(x + right, y + down), (u + right, v + down), (u - right, v - down), (x - right, y - down)]
                self.draw.polygon(sides, colour)

    def text(self, text: str, ends: tuple[float, float], size: float) -> None:
        """Latin letters; `ends` is where their line ends."""
        font = ImageFont.load_default(size * _OVERSAMPLING)
        self.draw.text(_large([ends])[0], text, _INK, font, anchor="rs")

    def png(self) -> bytes:
        file = io.BytesIO()
        self.image.reduce(_OVERSAMPLING).save(file, "PNG")
        return file.getvalue()


def _large(points: Points) -> list[tuple[float, float]]:
    return [(x * _OVERSAMPLING, y * _OVERSAMPLING) for x, y in points]
