"""A sheet of paper while it is drawn on.

Light multiplies: each layer is the fraction of light that it lets through, so that any number of layers can be
combined.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.strokes import Strokes

#: OpenCV's fixed-point fraction bits of a coordinate.
FRACTION_BITS = 4

#: (height, width, 3) fraction of the light that a layer lets through, 0 to 1.
Layer = NDArray[Any]
Colour = tuple[float, float, float]


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
        return drawn([np.array([[a, b], [c, d]], np.float32) for a, b, c, d in lines], self.ink.shape, max(width, 0.6))


def drawn(strokes: Strokes, size: tuple[int, ...], width: float) -> NDArray[Any]:
    """A mask (height, width), 0 to 1, of polylines; widths below a pixel fade."""
    canvas = np.zeros(size[:2], np.uint8)
    points = [np.rint(stroke * (1 << FRACTION_BITS)).astype(np.int32) for stroke in strokes]
    whole = max(1, round(width))
    cv2.polylines(canvas, points, False, 255, whole, cv2.LINE_AA, FRACTION_BITS)
    return canvas.astype(np.float32) / 255 * min(1, width / whole)


def grey(level: float) -> Colour:
    return (level, level, level)
