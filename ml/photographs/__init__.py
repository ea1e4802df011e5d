"""Synthetic photographs of handwritten characters: one pen on one sheet of paper, as phones and scanners see it.

`CONDITIONS` names what can lie on the paper beside the character or go wrong with the picture. `photograph` draws one
picture of a condition and knows which of its pixels the pen has inked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.photographs.layers import (
    bleed_through,
    cross,
    frame,
    frame_and_cross,
    grid,
    highlighter,
    holes,
    lamp,
    manuscript,
    red_circle,
    ruled,
    scanner_edge,
    shadow,
    specks,
    squares,
    stamp,
)
from ml.photographs.sheet import FRACTION_BITS, Colour, Layer, Sheet, drawn, grey
from ml.strokes import Strokes, references, resample
from ml.synthesis import augment, shape

#: Longer side of a picture in pixels, unless another is asked for.
SIDE = 500
#: Fraction of the picture's width that a line takes at most.
_MOST_OF_WIDTH = 0.97


@dataclass(frozen=True)
class Photograph:
    """A picture and what it shows."""

    #: (height, width, 3) uint8, RGB.
    image: NDArray[Any]
    #: (height, width) uint8, 255 where the pen has inked the paper.
    ink: NDArray[Any]
    text: str


def _dark(of: Callable[[Sheet, Colour | None], None]) -> Callable[[Sheet], None]:
    """Printed in black or nearly."""
    return lambda sheet: of(sheet, grey(float(sheet.rng.uniform(0.05, 0.35))))


def _coloured(of: Callable[[Sheet, Colour | None], None]) -> Callable[[Sheet], None]:
    """Printed in green, blue or red, as dark as a pencil."""
    colours: list[Colour] = [(0.4, 0.7, 0.5), (0.45, 0.65, 0.85), (0.8, 0.4, 0.4), (0.75, 0.5, 0.3)]
    return lambda sheet: of(sheet, colours[int(sheet.rng.integers(4))])


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

#: The conditions for lines of characters: those where rules and squares may have any size.
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
        _write(sheet, placed, grey(float(rng.uniform(0.35, 0.6))), 0.3)
    elif tool == "faint":
        _write(sheet, placed, grey(float(rng.uniform(0.68, 0.82))), 0.25)
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


def _write(sheet: Sheet, strokes: Strokes, colour: Colour, grain: float = 0) -> None:
    mask = drawn(strokes, sheet.ink.shape, sheet.pen)
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
            cv2.circle(canvas, centre, max(8, round(radius * 16)), 255, -1, cv2.LINE_AA, FRACTION_BITS)
    mask = canvas.astype(np.float32) / 255
    sheet.ink = np.maximum(sheet.ink, mask)
    sheet.cover(mask, grey(float(sheet.rng.uniform(0.03, 0.2))))


def _ink_colour(rng: Generator) -> Colour:
    """The light that a pen's ink lets through: mostly black or blue-black, sometimes blue."""
    kind = rng.random()
    if kind < 0.6:
        return tuple(rng.uniform(0.05, 0.3) + rng.uniform(0, 0.06, 3))
    if kind < 0.75:
        return grey(float(rng.uniform(0.3, 0.5)))
    return (float(rng.uniform(0.05, 0.3)), float(rng.uniform(0.15, 0.4)), float(rng.uniform(0.55, 0.85)))


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
