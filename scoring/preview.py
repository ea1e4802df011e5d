"""The picture that other sites show beside the link of a shared attempt. Without words, it suits every language."""

import io
import math
from collections.abc import Iterable
from hashlib import sha256
from itertools import pairwise
from typing import Any, NamedTuple

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from characters import drawing
from scoring import marks

WIDTH, HEIGHT = 1200, 630
#: Change it when the drawing changes: caches then fetch the picture again.
_VERSION = 2

#: The picture is drawn this much larger, then averaged down for smooth edges.
_OVERSAMPLING = 2


class Square(NamedTuple):
    """Where a square lies in the picture, px."""

    x: float
    y: float
    side: float


# The front end draws the same picture, from frontend/src/share/picture.generated.ts.
COLOURS = {
    "background": "#fbf9f4",
    "paper": "#fffefb",
    "border": "#d9d3c6",
    "guide": "#d8d0c0",
    "ink": "#211d1a",
    "reference": "#6b655b",
    "mark": "#c23a1a",
}
PAPER = Square(60, 60, 510)
MARK = Square(650, 80, 240)
REFERENCE = Square(640, 420, 150)
#: Middle of the score's digits, and their greatest width.
SCORE_MIDDLE, SCORE_WIDTH = (1030, 200), 220
#: Right ends of the baselines of the site's name and of its address, and the greatest width of the address.
NAME_END = (WIDTH - 60, HEIGHT - 105)
ADDRESS_END, ADDRESS_WIDTH = (WIDTH - 60, HEIGHT - 63), 330
#: Widths of the lines, px.
INK_PEN, MARK_PEN, REFERENCE_PEN = 15.3, 9, 5

_SCORE_PEN, _SCORE_HEIGHT = 10, 140
#: Space between two digits, as a fraction of their height.
_DIGIT_SPACE = 0.22

_SIDES = ("width", "height")
Points = list[tuple[float, float]]


def png(ink: dict[str, Any], legibility: int, mark: str, literal: str) -> bytes:
    """A PNG of `WIDTH` by `HEIGHT` px: the ink on its paper, its `mark` and score, and the reference of `literal`."""
    sheet = Sheet()
    sheet.paper(PAPER)
    for stroke in _centred(ink):
        sheet.line(stroke, COLOURS["ink"], INK_PEN)
    for line in marks.lines(mark):
        sheet.line(placed(line, MARK[:2], MARK.side / marks.SIDE), COLOURS["mark"], MARK_PEN)
    for line in number_lines(legibility, SCORE_MIDDLE, SCORE_WIDTH, _SCORE_HEIGHT):
        sheet.line(line, COLOURS["mark"], _SCORE_PEN)
    sheet.paper(REFERENCE)
    for line in drawing.reference_lines(literal):
        sheet.line(placed(line, REFERENCE[:2], REFERENCE.side / drawing.SIDE), COLOURS["reference"], REFERENCE_PEN)
    sheet.text("Letters-AI", NAME_END, 36)
    sheet.text(site_address(), ADDRESS_END, 26, ADDRESS_WIDTH)
    return sheet.png()


def version() -> str:
    """A name for the current look of pictures; it changes with the drawing and with the site's address."""
    return f"{_VERSION}-{sha256(site_address().encode()).hexdigest()[:8]}"


def site_address() -> str:
    """The site's address as people write it: host and port, without the scheme."""
    return settings.SITE_URL.partition("://")[2]


def _centred(ink: dict[str, Any]) -> list[Points]:
    """The ink's strokes where they lie on the picture's paper, the writing area centred on it."""
    longer = max(ink["width"], ink["height"])
    scale = PAPER.side / longer
    x, y = (edge + (longer - ink[side]) / 2 * scale for edge, side in zip(PAPER[:2], _SIDES, strict=True))
    return [placed([(px, py) for px, py, *_ in stroke], (x, y), scale) for stroke in ink["strokes"]]


def number_lines(number: int, middle: tuple[float, float], width: float, height: float) -> list[Points]:
    """Lines of the number's handwritten digits around `middle`, at most `width` wide and `height` high."""
    lines: list[Points] = []
    reach = -_DIGIT_SPACE  # of the digits so far, in heights
    for digit in str(number):
        strokes = drawing.reference_lines(digit)
        xs, ys = zip(*(point for stroke in strokes for point in stroke), strict=True)
        scale = 1 / (max(ys) - min(ys))
        at = (reach + _DIGIT_SPACE - min(xs) * scale, -min(ys) * scale)
        lines += [placed(stroke, at, scale) for stroke in strokes]
        reach += _DIGIT_SPACE + (max(xs) - min(xs)) * scale
    height = min(height, width / reach)
    at = (middle[0] - reach * height / 2, middle[1] - height / 2)
    return [placed(line, at, height) for line in lines]


def placed(points: Iterable[tuple[float, float]], at: tuple[float, float], scale: float) -> Points:
    return [(at[0] + x * scale, at[1] + y * scale) for x, y in points]


class Sheet:
    """A picture while it is drawn; lengths are px of the finished picture."""

    def __init__(self, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.image = Image.new("RGB", (width * _OVERSAMPLING, height * _OVERSAMPLING), COLOURS["background"])
        self.draw = ImageDraw.Draw(self.image)

    def paper(self, square: Square) -> None:
        """Draw a practice square with its dashed cross."""
        (left, top, side), dashes = square, 25
        corners = placed([(0, 0), (side, side)], (left, top), 1)
        self.draw.rectangle(_large(corners), COLOURS["paper"], COLOURS["border"], 2 * _OVERSAMPLING)
        dash = side / (2 * dashes)
        for step in range(dashes):
            begins, ends = (2 * step + 0.5) * dash, (2 * step + 1.5) * dash
            across = [(left + begins, top + side / 2), (left + ends, top + side / 2)]
            down = [(left + side / 2, top + begins), (left + side / 2, top + ends)]
            for line in (across, down):
                self.draw.line(_large(line), COLOURS["guide"], _OVERSAMPLING)

    def block(self, square: Square, colour: str) -> None:
        """Fill a square."""
        left, top, side = square
        self.draw.rectangle(_large(placed([(0, 0), (side, side)], (left, top), 1)), colour)

    def line(self, points: Points, colour: str, width: float) -> None:
        """Draw a line with round joins and ends."""
        path, radius = _large(points), width * _OVERSAMPLING / 2
        for x, y in path:
            self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), colour)
        for (x, y), (u, v) in pairwise(path):
            if length := math.hypot(u - x, v - y):
                right, down = (y - v) / length * radius, (u - x) / length * radius
                sides = [(x + right, y + down), (u + right, v + down), (u - right, v - down), (x - right, y - down)]
                self.draw.polygon(sides, colour)

    def text(self, text: str, end: tuple[float, float], size: float, width: float = WIDTH) -> None:
        """Write Latin letters, right-aligned at `end`, on their baseline; smaller if they need more than `width`."""
        font = ImageFont.load_default(size * _OVERSAMPLING)
        length = font.getlength(text) / _OVERSAMPLING
        if length > width:
            font = ImageFont.load_default(size * width / length * _OVERSAMPLING)
        self.draw.text(_large([end])[0], text, COLOURS["ink"], font, anchor="rs")

    def finished(self) -> Image.Image:
        return self.image.reduce(_OVERSAMPLING)

    def png(self) -> bytes:
        file = io.BytesIO()
        self.finished().save(file, "PNG")
        return file.getvalue()


def _large(points: Points) -> list[tuple[float, float]]:
    return [(x * _OVERSAMPLING, y * _OVERSAMPLING) for x, y in points]
