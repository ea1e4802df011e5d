"""Synthetic photographs of handwritten characters: one pen on one sheet of paper, as phones and scanners see it.

`CONDITIONS` names what can lie on the paper beside the character or go wrong with the picture. `photograph` draws one
picture of a condition and knows which of its pixels the pen has inked. Light multiplies: each layer is the fraction of
light that it lets through, so the layers can be combined in any number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.strokes import Strokes, references, resample
from ml.synthesis import augment, shape

#: Longer side of a picture in pixels, unless another is asked for.
SIDE = 500
#: Fraction of the picture's width that a line takes at most.
_MOST_OF_WIDTH = 0.97
#: OpenCV's fixed-point fraction bits of a coordinate.
_FRACTION_BITS = 4

#: (height, width, 3) fraction of the light that a layer lets through, 0 to 1.
Layer = NDArray[Any]
Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Photograph:
    """A picture and what it shows."""

    #: (height, width, 3) uint8, RGB.
    image: NDArray[Any]
    #: (height, width) uint8, 255 where the pen has inked the paper.
    ink: NDArray[Any]
    text: str


@dataclass
class Sheet:
    """A sheet while it is drawn on."""

    rng: Generator
    #: Light that reaches the camera, RGB.
    light: Layer
    #: How much of each pixel is inked by the pen, 0 to 1.
    ink: NDArray[Any]
    #: The square that the character is written into, the first of a line's: left, top, side, pixels.
    left: float
    top: float
    side: float
    #: Characters of the line.
    length: int
    #: Width of the pen, pixels.
    pen: float

    @property
    def height(self) -> int:
        return self.ink.shape[0]

    @property
    def width(self) -> int:
        return self.ink.shape[1]

    def cover(self, mask: NDArray[Any], colour: Colour) -> None:
        """Lay something that lets only `colour` through where `mask` (height, width), 0 to 1, is 1."""
        self.light *= 1 - mask[..., None] * (1 - np.array(colour, np.float32))

    def segments(self, lines: list[tuple[float, float, float, float]], width: float) -> NDArray[Any]:
        """A mask of straight lines (x, y, x, y), `width` pixels wide."""
        return _drawn([np.array([[a, b], [c, d]], np.float32) for a, b, c, d in lines], self.ink.shape, max(width, 0.6))


def _drawn(strokes: Strokes, size: tuple[int, ...], width: float) -> NDArray[Any]:
    """A mask (height, width), 0 to 1, of polylines; widths below a pixel fade."""
    canvas = np.zeros(size[:2], np.uint8)
    points = [np.rint(stroke * (1 << _FRACTION_BITS)).astype(np.int32) for stroke in strokes]
    whole = max(1, round(width))
    cv2.polylines(canvas, points, False, 255, whole, cv2.LINE_AA, _FRACTION_BITS)
    return canvas.astype(np.float32) / 255 * min(1, width / whole)


def _grey(level: float) -> Colour:
    return (level, level, level)


def _ink_colour(rng: Generator) -> Colour:
    """The light that a pen's ink lets through: mostly black or blue-black, sometimes blue."""
    kind = rng.random()
    if kind < 0.6:
        return tuple(rng.uniform(0.05, 0.3) + rng.uniform(0, 0.06, 3))
    if kind < 0.75:
        return _grey(float(rng.uniform(0.3, 0.5)))
    return (float(rng.uniform(0.05, 0.3)), float(rng.uniform(0.15, 0.4)), float(rng.uniform(0.55, 0.85)))


def _print_colour(rng: Generator) -> Colour:
    """The light that printed lines let through: blue, green, red, brown, grey or black."""
    kind = int(rng.integers(6))
    low, middle, high = rng.uniform(0.1, 0.6), rng.uniform(0.45, 0.8), rng.uniform(0.7, 0.98)
    return [
        (low, middle, high),
        (low, high, middle),
        (high, low, low + 0.1),
        (high, middle, low),
        _grey(middle),
        _grey(float(rng.uniform(0.05, 0.35))),
    ][kind]


# Pens -----------------------------------------------------------------------------------------------------------------


def _write(sheet: Sheet, strokes: Strokes, colour: Colour, grain: float = 0) -> None:
    mask = _drawn(strokes, sheet.ink.shape, sheet.pen)
    if grain:  # pencils leave the paper's hollows white
        noise = sheet.rng.normal(0, 1, sheet.ink.shape).astype(np.float32)
        mask *= np.clip(1 - grain * np.abs(cv2.GaussianBlur(noise, (0, 0), 0.8)) * 1.6, 0.15, 1)
    sheet.ink = np.maximum(sheet.ink, mask)
    sheet.cover(mask, colour)


def _brush(sheet: Sheet, strokes: Strokes) -> None:
    """Strokes that swell and taper."""
    canvas = np.zeros(sheet.ink.shape, np.uint8)
    for stroke in strokes:
        length = float(np.hypot(*np.diff(stroke, axis=0).T).sum()) if len(stroke) > 1 else 0
        points = resample(stroke, max(8, int(length / max(1, sheet.pen / 6))))
        along = np.linspace(0, 1, len(points))
        swell = 0.75 + 0.35 * np.sin(along * np.pi * sheet.rng.uniform(1, 3) + sheet.rng.uniform(0, 3))
        taper = np.clip((1 - along) / sheet.rng.uniform(0.05, 0.4), 0.25, 1)
        for (x, y), radius in zip(points, sheet.pen / 2 * swell * taper, strict=True):
            centre = round(x * 16), round(y * 16)
            cv2.circle(canvas, centre, max(8, round(radius * 16)), 255, -1, cv2.LINE_AA, _FRACTION_BITS)
    mask = canvas.astype(np.float32) / 255
    sheet.ink = np.maximum(sheet.ink, mask)
    sheet.cover(mask, _grey(float(sheet.rng.uniform(0.03, 0.2))))


# What lies on the paper -----------------------------------------------------------------------------------------------


def ruled(sheet: Sheet, colour: Colour | None = None) -> None:
    """Lines across the whole sheet, or down it."""
    colour = colour or _print_colour(sheet.rng)
    gap = sheet.side * sheet.rng.uniform(0.3, 1.5)
    first = sheet.rng.uniform(0, gap)
    width = _line_width(sheet)
    if sheet.rng.random() < 0.75:
        lines = [(-9.0, y, sheet.width + 9.0, y) for y in np.arange(first, sheet.height, gap)]
    else:
        lines = [(x, -9.0, x, sheet.height + 9.0) for x in np.arange(first, sheet.width, gap)]
    sheet.cover(sheet.segments(lines, width), colour)


def grid(sheet: Sheet, colour: Colour | None = None) -> None:
    """Squares across the whole sheet, from millimetres to a square for each character."""
    colour = colour or _print_colour(sheet.rng)
    gap = sheet.side * float(np.exp(sheet.rng.uniform(np.log(0.15), np.log(1.3))))
    x0, y0 = sheet.rng.uniform(0, gap, 2)
    lines = [(-9.0, y, sheet.width + 9.0, y) for y in np.arange(y0, sheet.height, gap)]
    lines += [(x, -9.0, x, sheet.height + 9.0) for x in np.arange(x0, sheet.width, gap)]
    sheet.cover(sheet.segments(lines, _line_width(sheet)), colour)


def manuscript(sheet: Sheet, colour: Colour | None = None) -> None:
    """原稿用紙: columns of squares with a narrow strip between them; the character in one square."""
    colour = colour or _print_colour(sheet.rng)
    cell = sheet.side * sheet.rng.uniform(1.08, 1.4)
    strip = cell * sheet.rng.uniform(0.15, 0.35)
    left = sheet.left + sheet.side / 2 - cell / 2
    top = sheet.top + sheet.side / 2 - cell / 2
    ys = top + cell * np.arange(-6, 7)
    lines = []
    for column in range(-4, 5):
        x = left + column * (cell + strip)
        lines += [(x, ys[0], x, ys[-1]), (x + cell, ys[0], x + cell, ys[-1])]
        lines += [(x, y, x + cell, y) for y in ys]
    sheet.cover(sheet.segments(lines, _line_width(sheet)), colour)


def frame(sheet: Sheet, colour: Colour | None = None) -> None:
    """A printed square round the character."""
    colour = colour or _print_colour(sheet.rng)
    left, top, right, bottom = _box(sheet)
    lines = [
        (left, top, right, top),
        (right, top, right, bottom),
        (right, bottom, left, bottom),
        (left, bottom, left, top),
    ]
    sheet.cover(sheet.segments(lines, _line_width(sheet)), colour)


def cross(sheet: Sheet, colour: Colour | None = None) -> None:
    """A printed cross, dashed or not, through the middle of the square; now and then with diagonals."""
    colour = colour or _print_colour(sheet.rng)
    left, top, right, bottom = _box(sheet)
    x, y = (left + right) / 2, (top + bottom) / 2
    lines = [(x, top, x, bottom), (left, y, right, y)]
    if sheet.rng.random() < 0.1:
        lines += [(left, top, right, bottom), (left, bottom, right, top)]
    if sheet.rng.random() < 0.75:
        dash = sheet.side * sheet.rng.uniform(0.015, 0.06)
        lines = [part for line in lines for part in _dashes(line, dash, dash * sheet.rng.uniform(0.5, 1.3))]
    sheet.cover(sheet.segments(lines, _line_width(sheet)), colour)


def squares(sheet: Sheet) -> None:
    """A row of adjoining squares, one for each character."""
    colour, width = _print_colour(sheet.rng), _line_width(sheet)
    left, top, side = sheet.left, sheet.top, sheet.side
    lines = [(left, y, left + sheet.length * side, y) for y in (top, top + side)]
    lines += [(left + number * side, top, left + number * side, top + side) for number in range(sheet.length + 1)]
    sheet.cover(sheet.segments(lines, width), colour)


def frame_and_cross(sheet: Sheet, colour: Colour | None = None) -> None:
    """A practice square: frame and cross in one colour."""
    colour = colour or _print_colour(sheet.rng)
    state = sheet.rng.bit_generator.state
    frame(sheet, colour)
    sheet.rng.bit_generator.state = state  # the same box
    cross(sheet, colour)


def _dark(of: Callable[[Sheet, Colour | None], None]) -> Callable[[Sheet], None]:
    """Printed in black or nearly."""
    return lambda sheet: of(sheet, _grey(float(sheet.rng.uniform(0.05, 0.35))))


def _coloured(of: Callable[[Sheet, Colour | None], None]) -> Callable[[Sheet], None]:
    """Printed in green, blue or red, as dark as a pencil."""
    colours: list[Colour] = [(0.4, 0.7, 0.5), (0.45, 0.65, 0.85), (0.8, 0.4, 0.4), (0.75, 0.5, 0.3)]
    return lambda sheet: of(sheet, colours[int(sheet.rng.integers(4))])


def _line_width(sheet: Sheet) -> float:
    return float(max(1, sheet.side * sheet.rng.uniform(0.003, 0.009)))


def _box(sheet: Sheet) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a printed square round the character."""
    half = sheet.side * sheet.rng.uniform(1.15, 1.7) / 2
    x = sheet.left + sheet.side * (0.5 + sheet.rng.uniform(-0.04, 0.04))
    y = sheet.top + sheet.side * (0.5 + sheet.rng.uniform(-0.04, 0.04))
    return x - half, y - half, x + half, y + half


def _dashes(
    line: tuple[float, float, float, float], dash: float, gap: float
) -> list[tuple[float, float, float, float]]:
    x, y, x2, y2 = line
    length = float(np.hypot(x2 - x, y2 - y))
    ux, uy = (x2 - x) / length, (y2 - y) / length
    starts = np.arange(0, length, dash + gap)
    return [
        (x + ux * s, y + uy * s, x + ux * min(s + dash, length), y + uy * min(s + dash, length))
        for s in starts.tolist()
    ]


def holes(sheet: Sheet) -> None:
    """Punched holes along an edge: dark discs, sometimes with a lit rim, some cut by the edge."""
    side = int(sheet.rng.integers(4))
    long = sheet.height if side < 2 else sheet.width
    radius = max(sheet.width, sheet.height) * sheet.rng.uniform(0.01, 0.035)
    away = radius * sheet.rng.uniform(0.6, 2.5)
    gap = radius * 2 * sheet.rng.uniform(1.5, 4) if sheet.rng.random() < 0.6 else long * sheet.rng.uniform(0.3, 0.6)
    level = _grey(float(sheet.rng.uniform(0.03, 0.5)))
    canvas = np.zeros(sheet.ink.shape, np.uint8)
    for along in np.arange(sheet.rng.uniform(0, gap), long, gap):
        x, y = [(away, along), (sheet.width - away, along), (along, away), (along, sheet.height - away)][side]
        if not _near_character(sheet, x, y, radius):
            cv2.circle(canvas, (round(x * 16), round(y * 16)), round(radius * 16), 255, -1, cv2.LINE_AA, _FRACTION_BITS)
    sheet.cover(canvas.astype(np.float32) / 255, level)


def _near_character(sheet: Sheet, x: float, y: float, reach: float) -> bool:
    inside_x = sheet.left - reach * 1.3 < x < sheet.left + sheet.side + reach * 1.3
    return inside_x and sheet.top - reach * 1.3 < y < sheet.top + sheet.side + reach * 1.3


def scanner_edge(sheet: Sheet) -> None:
    """The dark that a scanner sees beside the sheet, along one or two edges, straight or slanted."""
    canvas = np.zeros(sheet.ink.shape, np.uint8)
    for side in sheet.rng.choice(4, int(sheet.rng.integers(1, 3)), replace=False):
        room = [sheet.left, sheet.width - sheet.left - sheet.side, sheet.top, sheet.height - sheet.top - sheet.side][
            side
        ]
        most = max(2.0, min(room * 0.7, 0.12 * max(sheet.ink.shape)))
        a, b = sheet.rng.uniform(1, most, 2) if sheet.rng.random() < 0.4 else [float(sheet.rng.uniform(1, most))] * 2
        w, h = sheet.width, sheet.height
        corners = [
            [(0, 0), (a, 0), (b, h), (0, h)],
            [(w, 0), (w - a, 0), (w - b, h), (w, h)],
            [(0, 0), (0, a), (w, b), (w, 0)],
            [(0, h), (0, h - a), (w, h - b), (w, h)],
        ][side]
        cv2.fillPoly(canvas, [np.array(corners, np.int32)], 255, cv2.LINE_AA)
    sheet.cover(canvas.astype(np.float32) / 255, _grey(float(sheet.rng.uniform(0, 0.3))))


def stamp(sheet: Sheet) -> None:
    """A red seal or a small red circle beside the character."""
    spot = _beside(sheet, sheet.side * sheet.rng.uniform(0.2, 0.4))
    if spot is None:
        return
    x, y, radius = spot
    canvas = np.zeros(sheet.ink.shape, np.uint8)
    centre, kind = (round(x), round(y)), sheet.rng.random()
    width = max(1, round(radius * sheet.rng.uniform(0.06, 0.15)))
    if kind < 0.6:
        cv2.circle(canvas, centre, round(radius), 255, width, cv2.LINE_AA)
    else:
        corner = round(x - radius), round(y - radius)
        opposite = round(x + radius), round(y + radius)
        cv2.rectangle(canvas, corner, opposite, 255, width if kind < 0.8 else -1, cv2.LINE_AA)
    if sheet.rng.random() < 0.6:
        literal = str(sheet.rng.choice(list("田中山林木川口済見")))
        inside = [s * radius * 0.6 + np.array([x, y], np.float32) for s in shape(references()[literal])]
        text = _drawn(inside, sheet.ink.shape, width) * 255
        canvas = np.where(text > 127, 0 if kind >= 0.8 else 255, canvas).astype(np.uint8)
    sheet.cover(canvas.astype(np.float32) / 255, _red(sheet.rng))


def red_circle(sheet: Sheet) -> None:
    """A teacher's circle round the character or over a part of it, or a tick beside it."""
    angle = np.linspace(0.3, 2 * np.pi * sheet.rng.uniform(0.95, 1.15), 60)
    reach = sheet.side * sheet.rng.uniform(0.55, 0.85)
    x = sheet.left + sheet.side / 2 + sheet.side * sheet.rng.normal(0, 0.06)
    y = sheet.top + sheet.side / 2 + sheet.side * sheet.rng.normal(0, 0.06)
    circle = np.stack([x + reach * np.cos(angle) * sheet.rng.uniform(0.85, 1.1), y + reach * np.sin(angle)], 1)
    mask = _drawn([circle.astype(np.float32)], sheet.ink.shape, sheet.side * sheet.rng.uniform(0.01, 0.03))
    sheet.cover(mask, _red(sheet.rng))


def _red(rng: Generator) -> Colour:
    return (float(rng.uniform(0.75, 0.98)), float(rng.uniform(0.1, 0.35)), float(rng.uniform(0.1, 0.4)))


def _beside(sheet: Sheet, size: float) -> tuple[float, float, float] | None:
    """x, y, radius of a free place beside the character; None where there is none."""
    radius = size / 2
    for _ in range(60):
        x = sheet.rng.uniform(radius * 1.1, max(radius * 1.2, sheet.width - radius * 1.1))
        y = sheet.rng.uniform(radius * 1.1, max(radius * 1.2, sheet.height - radius * 1.1))
        if not _near_character(sheet, x, y, radius):
            return x, y, radius
    return None


def shadow(sheet: Sheet) -> None:
    """A hand's or phone's shadow with a soft edge."""
    h, w = sheet.ink.shape
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    angle = sheet.rng.uniform(0, 2 * np.pi)
    reach = max(h, w)
    cx, cy = sheet.left + sheet.side * sheet.rng.uniform(0, 1), sheet.top + sheet.side * sheet.rng.uniform(0, 1)
    away = (x - cx) * np.cos(angle) + (y - cy) * np.sin(angle)
    away = away + reach * 0.03 * np.sin(
        ((y - cy) * np.cos(angle) - (x - cx) * np.sin(angle)) / reach * sheet.rng.uniform(3, 14)
    )
    soft = reach * sheet.rng.uniform(0.006, 0.06)
    dim = sheet.rng.uniform(0.25, 0.6)
    sheet.light *= (1 - dim / (1 + np.exp(np.clip(-away / soft, -30, 30))))[..., None]


def lamp(sheet: Sheet) -> None:
    """A lamp's light: bright in one place, dim far from it."""
    h, w = sheet.ink.shape
    y, x = np.mgrid[0:h, 0:w].astype(np.float32) / max(h, w)
    cx, cy = sheet.rng.uniform(0, w / max(h, w)), sheet.rng.uniform(0, h / max(h, w))
    sheet.light *= (1 - np.clip(sheet.rng.uniform(0.3, 0.8) * ((x - cx) ** 2 + (y - cy) ** 2), 0, 0.7))[..., None]


def highlighter(sheet: Sheet) -> None:
    """One or two bars of a highlighter through the character."""
    colours: list[Colour] = [(1, 0.97, 0.35), (0.6, 1, 0.5), (1, 0.65, 0.8), (1, 0.8, 0.4), (0.55, 0.9, 1)]
    colour = colours[int(sheet.rng.integers(5))]
    for _ in range(int(sheet.rng.integers(1, 3))):
        y = sheet.top + sheet.side * sheet.rng.uniform(0.1, 0.9)
        slope = sheet.side * sheet.rng.normal(0, 0.05)
        ends = sheet.rng.uniform(0.1, 0.6, 2) * sheet.side
        line = (sheet.left - ends[0], y - slope, sheet.left + sheet.side + ends[1], y + slope)
        sheet.cover(sheet.segments([line], sheet.side * sheet.rng.uniform(0.25, 0.9)), colour)


def bleed_through(sheet: Sheet) -> None:
    """Writing on the back of the sheet: mirrored, faint, blurred."""
    literal = str(sheet.rng.choice(list("安語春東道楽風森さあめなぬ")))
    for _ in range(int(sheet.rng.integers(1, 4))):
        middle = np.array([sheet.rng.uniform(0, sheet.width), sheet.rng.uniform(0, sheet.height)], np.float32)
        back = [s * (-sheet.side / 2, sheet.side / 2) + middle for s in shape(references()[literal])]
        mask = cv2.GaussianBlur(_drawn(back, sheet.ink.shape, sheet.pen), (0, 0), sheet.side * 0.01)
        sheet.cover(mask, _grey(float(sheet.rng.uniform(0.7, 0.88))))


def specks(sheet: Sheet) -> None:
    """Dust and toner: dark dots up to about the pen's width, anywhere."""
    canvas = np.zeros(sheet.ink.shape, np.uint8)
    for _ in range(int(sheet.rng.integers(2, 25))):
        x, y = sheet.rng.uniform(0, sheet.width), sheet.rng.uniform(0, sheet.height)
        radius = sheet.pen * sheet.rng.uniform(0.1, 0.42)
        cv2.circle(canvas, (round(x * 16), round(y * 16)), round(radius * 16), 255, -1, cv2.LINE_AA, _FRACTION_BITS)
    sheet.cover(canvas.astype(np.float32) / 255, _grey(float(sheet.rng.uniform(0.05, 0.5))))


@dataclass(frozen=True)
class Condition:
    """The things that a photograph shows beside the character, and its pen."""

    #: Drawn before the character, and after it.
    under: tuple[Callable[[Sheet], None], ...] = ()
    over: tuple[Callable[[Sheet], None], ...] = ()
    #: "pen", "pencil", "faint", "brush", "marker" or "thick marker"; None for any but brush and marker.
    tool: str | None = None
    #: Fraction of the shorter side that the character takes, lowest and highest.
    size: tuple[float, float] = (0.35, 0.7)
    #: Side of the picture in pixels; None for the usual.
    side: int | None = None
    #: True for light ink on a dark board.
    board: bool = False
    #: Scripts of the characters that are tried; empty for all.
    scripts: tuple[str, ...] = ()


CONDITIONS: dict[str, Condition] = {
    "plain": Condition(),
    "pencil": Condition(tool="pencil"),
    "faint pencil": Condition(tool="faint"),
    "brush": Condition(tool="brush"),
    "marker": Condition(tool="marker"),
    "thick marker": Condition(tool="thick marker", scripts=("hiragana", "katakana", "digit", "latin")),
    "board": Condition(board=True, tool="pen"),
    "cropped tight": Condition(size=(0.9, 0.97)),
    "small on a sheet": Condition(size=(0.12, 0.2)),
    "28 pixels, thick pen": Condition(tool="marker", size=(0.68, 0.74), side=28, scripts=("digit", "latin")),
    "ruled": Condition((ruled,)),
    "ruled, dark": Condition((_dark(ruled),)),
    "ruled, dark, pencil": Condition((_dark(ruled),), tool="pencil"),
    "grid": Condition((grid,)),
    "grid, dark": Condition((_dark(grid),)),
    "manuscript": Condition((manuscript,)),
    "manuscript, pencil": Condition((_coloured(manuscript),), tool="pencil"),
    "squares": Condition((squares,)),
    "squares, pencil": Condition((squares,), tool="pencil"),
    "frame": Condition((frame,)),
    "frame, dark": Condition((_dark(frame),)),
    "cross": Condition((cross,)),
    "cross, dark": Condition((_dark(cross),)),
    "frame and cross, dark": Condition((_dark(frame_and_cross),)),
    "frame and cross, pencil": Condition((_coloured(frame_and_cross),), tool="pencil"),
    "holes": Condition((), (holes,)),
    "scanner edge": Condition((), (scanner_edge,)),
    "stamp": Condition((), (stamp,)),
    "red circle": Condition((), (red_circle,)),
    "shadow": Condition((), (shadow,)),
    "shadow, faint pencil": Condition((), (shadow,), tool="faint"),
    "lamp": Condition((), (lamp,), tool="pencil"),
    "highlighter": Condition((), (highlighter,)),
    "bleed-through": Condition((bleed_through,)),
    "specks": Condition((specks,)),
    "ruled, shadow, holes": Condition((ruled,), (holes, shadow)),
    "practice sheet, stamp, lamp": Condition((frame_and_cross,), (stamp, lamp)),
}

#: What a line of characters is tried in: on these the squares of a grid and the rules are of any size.
LINE_CONDITIONS = ("plain", "pencil", "ruled", "grid", "squares", "squares, pencil", "shadow")

#: Lowest and highest width of each tool, fraction of the character's side.
_WIDTHS = {
    "pen": (0.02, 0.06),
    "pencil": (0.012, 0.03),
    "faint": (0.012, 0.03),
    "brush": (0.07, 0.13),
    "marker": (0.08, 0.12),
    "thick marker": (0.13, 0.18),
}


def photograph(
    text: str, condition: Condition, rng: Generator, *, side: int = SIDE, strokes: Strokes | None = None
) -> Photograph:
    """A picture of the character, or the line of characters across, `text` in `condition`; longer side `side` pixels.

    `strokes` are written instead of the character's reference with a careful hand's jitter. They are in any unit; those
    of a line, which must be given, lie in squares side by side.
    """
    side = condition.side or side
    tool = condition.tool or str(rng.choice(["pen", "pen", "pencil"]))
    shorter = side if condition.side else int(side * rng.uniform(0.7, 1))
    length = len(text)
    height, width = (side, shorter) if rng.random() < 0.6 and length == 1 else (shorter, side)
    size = min(float(rng.uniform(*condition.size)) * shorter, _MOST_OF_WIDTH * width / length)
    written = [s.astype(np.float32) for s in strokes or augment(shape(references()[text]), rng.uniform(0.1, 0.5), rng)]
    points = np.concatenate(written)
    low, high = points.min(axis=0), points.max(axis=0)
    if length > 1:
        low, high = np.zeros(2), np.array([max(length, high[0]), 1])
    pen = max(0.7, size * float(rng.uniform(*_WIDTHS[tool])))
    scale = (size - pen) / max(float((high - low).max() / length), 1e-3)
    middle, extent = np.array([width, height]) / 2, np.array([size * length, size])
    if size < 0.85 * shorter and not condition.side:
        middle = middle + rng.uniform(-1, 1, 2) * (np.array([width, height]) - extent) / 2 * 0.55
    placed = [((s - (low + high) / 2) * scale + middle).astype(np.float32) for s in written]
    paper = np.array([1, rng.uniform(0.97, 1), rng.uniform(0.88, 1)], np.float32) * rng.uniform(0.78, 1)
    light = np.ones((height, width, 3), np.float32) * paper
    left, top = middle - extent / 2
    sheet = Sheet(rng, light, np.zeros((height, width), np.float32), float(left), float(top), size, length, pen)
    for draw in condition.under:
        draw(sheet)
    if tool == "brush":
        _brush(sheet, placed)
    elif tool == "pencil":
        _write(sheet, placed, _grey(float(rng.uniform(0.35, 0.6))), 0.3)
    elif tool == "faint":
        _write(sheet, placed, _grey(float(rng.uniform(0.68, 0.82))), 0.25)
    else:
        _write(sheet, placed, _ink_colour(rng))
    for draw in condition.over:
        draw(sheet)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / max(height, width)
    sheet.light *= (1 - rng.uniform(0, 0.25) * (x * rng.uniform() + y * rng.uniform()))[..., None]
    image, ink = sheet.light, sheet.ink
    if condition.board:
        image = np.float32(rng.uniform(0.8, 1)) - image * np.array([0.8, 0.75, 0.8], np.float32)
    if not condition.side:
        image, ink = _held(image, ink, rng)
    return Photograph(_developed(image, rng), (ink > 0.5).astype(np.uint8) * 255, text)


def _held(image: Layer, ink: NDArray[Any], rng: Generator) -> tuple[Layer, NDArray[Any]]:
    """Both as a hand holds the camera: turned by a degree or two, in a slight perspective."""
    height, width = ink.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turn = np.deg2rad(rng.normal(0, 1.2))
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    middle = np.array([width, height]) / 2
    moved = (corners - middle) @ matrix.T + middle + rng.normal(0, 0.006, (4, 2)) * max(height, width)
    warp = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    turned = cv2.warpPerspective(image, warp, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return turned, cv2.warpPerspective(ink, warp, (width, height), flags=cv2.INTER_LINEAR)


def _developed(image: Layer, rng: Generator) -> NDArray[Any]:
    """The picture that the camera takes: a little blur, noise and JPEG."""
    small = max(image.shape) < 100
    blurred = cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.3, 0.6 if small else 1.2)))
    noisy = blurred * 255 + rng.normal(0, rng.uniform(0.5, 5), image.shape[:2]).astype(np.float32)[..., None]
    levels = noisy.clip(0, 255).astype(np.uint8)
    if small:
        return levels
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 95))]
    decoded: Any = cv2.imdecode(cv2.imencode(".jpg", levels[..., ::-1], quality)[1], cv2.IMREAD_COLOR)
    return np.asarray(decoded[..., ::-1])
