"""The one rasteriser: strokes to the network's image, in training and in serving alike."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml import skeleton
from ml.strokes import Strokes

#: Side of the network's image, pixels.
SIDE = 64
#: Empty pixels kept around the middle line of the ink.
MARGIN = 4
#: Width of the line that ink is drawn with, pixels. It doesn't depend on the pen's width on screen.
LINE = 2.0

#: Drawn so much larger, then averaged down: smooth edges.
_OVERSAMPLING = 4
#: OpenCV's fixed-point fraction bits of a coordinate.
_FRACTION_BITS = 4
#: A photograph's ink is brought to this size before its middle lines are taken: the longer side, pixels.
_PHOTO_SIDE = 110


def fit(strokes: Strokes) -> Strokes:
    """`strokes` moved and scaled, proportions kept, so that their box lies centred in the image less its margin.

    A writing without extent (a dot) lands in the middle.
    """
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float((high - low).max())
    scale = (SIDE - 2 * MARGIN) / extent if extent > 0 else 0.0
    middle = (low + high) / 2
    return [((stroke - middle) * scale + SIDE / 2).astype(np.float32) for stroke in strokes]


def draw(strokes: Strokes, line: float = LINE) -> NDArray[np.uint8]:
    """(SIDE, SIDE) uint8, ink 255 on 0: `strokes` in pixels of the image, as `fit` gives them, `line` pixels wide."""
    side = SIDE * _OVERSAMPLING
    canvas = np.zeros((side, side), np.uint8)
    factor = _OVERSAMPLING * (1 << _FRACTION_BITS)
    # Minus a half: OpenCV's whole numbers are the middles of pixels.
    points = [np.rint(stroke * factor - (1 << (_FRACTION_BITS - 1))).astype(np.int32) for stroke in strokes]
    thickness = max(1, round(line * _OVERSAMPLING))
    points = [np.repeat(stroke, 2, axis=0) if len(stroke) == 1 else stroke for stroke in points]  # a dot has no length
    cv2.polylines(canvas, points, False, 255, thickness, cv2.LINE_8, _FRACTION_BITS)
    return np.asarray(cv2.resize(canvas, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def ink_image(strokes: Strokes) -> NDArray[np.uint8]:
    """The network's image of a writing: (SIDE, SIDE) uint8, ink 255 on 0."""
    return draw(fit(strokes))


def photo_image(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The network's image of a photographed writing, `ink` as `photo.read` gives it, redrawn with the line ink has."""
    _, mask = cv2.threshold(ink, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    left, top, width, height = cv2.boundingRect(mask)
    factor = _PHOTO_SIDE / max(width, height)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    written = cv2.resize(mask[top : top + height, left : left + width], size, interpolation=way)
    framed = cv2.copyMakeBorder(np.where(written > 80, 255, 0).astype(np.uint8), 4, 4, 4, 4, cv2.BORDER_CONSTANT)
    return ink_image(skeleton.trace(np.asarray(framed, np.uint8)))
