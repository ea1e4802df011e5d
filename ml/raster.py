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
_PHOTO_SIDE = 128
#: How much of the difference to its blurred self is added to a photograph's ink, and the blur's width in pens: what a
#: coarse scan has run together comes apart again.
_SHARPENING, _BLUR = 1.0, 0.5
#: The longer side of the picture that shadows are looked for in, pixels.
_SHADOW_SIDE = 256
#: Where there are, a pencil is no wider than this part of the longer side: the first that leaves one even pen counts.
_PENCILS = (8, 16, 32)
#: Of what one pen wrote, the middle lies at most so many times as far from the edge as the mean, 2 but for crossings.
_EVEN_PEN = 2.9
#: A blot of less than this many squared pens is dirt; a hole of less is a flaw of the pen.
_SPECK, _HOLE = 0.3, 0.05


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


def written(strokes: Strokes, side: int, pen: int) -> NDArray[np.uint8]:
    """(side, side) uint8, ink 255 on 0: `strokes`, as `fit` gives them, enlarged, the pen `pen` pixels wide."""
    canvas = np.zeros((side, side), np.uint8)
    factor = side / SIDE * (1 << _FRACTION_BITS)
    # Minus a half: OpenCV's whole numbers are the middles of pixels.
    points = [np.rint(stroke * factor - (1 << (_FRACTION_BITS - 1))).astype(np.int32) for stroke in strokes]
    points = [np.repeat(stroke, 2, axis=0) if len(stroke) == 1 else stroke for stroke in points]  # a dot has no length
    cv2.polylines(canvas, points, False, 255, pen, cv2.LINE_8, _FRACTION_BITS)
    return canvas


def draw(strokes: Strokes, line: float = LINE) -> NDArray[np.uint8]:
    """(SIDE, SIDE) uint8, ink 255 on 0: `strokes` in pixels of the image, as `fit` gives them, `line` pixels wide."""
    canvas = written(strokes, SIDE * _OVERSAMPLING, max(1, round(line * _OVERSAMPLING)))
    return np.asarray(cv2.resize(canvas, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def ink_image(strokes: Strokes) -> NDArray[np.uint8]:
    """The network's image of a writing: (SIDE, SIDE) uint8, ink 255 on 0."""
    return draw(fit(strokes))


def photo_image(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The network's image of a photographed writing, `ink` as `photo.read` gives it, redrawn with the line ink has."""
    return ink_image(photo_strokes(ink))


def photo_strokes(ink: NDArray[np.uint8]) -> Strokes:
    """The middle lines of what `ink` (height, width), the stronger the higher, shows; pixels of no certain size."""
    ink = without_shadows(ink)
    mask, pen = _written_mask(ink)
    left, top, width, height = cv2.boundingRect(mask)
    part = slice(top, top + height), slice(left, left + width)
    near = cv2.dilate(mask[part], np.ones((3, 3), np.uint8))
    framed = np.pad(np.where(near, ink[part], 0).astype(np.uint8), 2)
    factor = _PHOTO_SIDE / max(width, height)
    size = (max(1, round((width + 4) * factor)), max(1, round((height + 4) * factor)))
    # Grey, not black and white, is enlarged: so a small scan keeps its loops.
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    large = cv2.resize(framed, size, interpolation=way).astype(np.float32)
    sharp = large + _SHARPENING * (large - cv2.GaussianBlur(large, (0, 0), _BLUR * max(pen * factor, 1)))
    mask, pen = _written_mask(sharp.clip(0, 255).astype(np.uint8))
    return skeleton.trace(np.pad(_without_holes(mask, pen), 4))


def _written_mask(ink: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], float]:
    """Where `ink` is ink and not dirt (255 on 0), as Otsu tells in 1979, and the width of the pen in pixels."""
    mask, depth = _depth(ink)
    # Within a line of width w the mean distance to its edge is w / 4; half a pixel is the edge itself.
    pen = 4 * max(float(depth[mask > 0].mean()) - 0.5, 0.25)
    _, blots, figures, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    areas = figures[:, cv2.CC_STAT_AREA]
    kept = areas >= min(_SPECK * pen * pen, areas[1:].max())
    kept[0] = False  # the ground
    return np.where(kept[blots], 255, 0).astype(np.uint8), pen


def _depth(ink: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Where `ink` is ink (255 on 0), and how far from its edge, pixels."""
    _, mask = cv2.threshold(ink, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return np.asarray(mask, np.uint8), np.asarray(cv2.distanceTransform(mask, cv2.DIST_L2, 3), np.float32)


def without_shadows(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """`ink`; where shadows are stronger than a faint pencil, less what is wider than the pencil."""
    height, width = ink.shape
    factor = min(1, _SHADOW_SIDE / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    lit = ink
    for part in (0, *_PENCILS):
        if part:
            reach = 2 * max(1, round(max(size) / part / 2)) + 1
            wide = cv2.morphologyEx(small, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
            lit = np.asarray(cv2.subtract(ink, cv2.resize(wide, (width, height))), np.uint8)
        mask, depth = _depth(lit)
        inside = depth[mask > 0]
        if len(inside) and np.percentile(inside, 98) < _EVEN_PEN * inside.mean():
            return lit
    return ink


def _without_holes(mask: NDArray[np.uint8], pen: float) -> NDArray[np.uint8]:
    _, holes, figures, _ = cv2.connectedComponentsWithStats(255 - mask, connectivity=4)
    small = figures[:, cv2.CC_STAT_AREA] < _HOLE * pen * pen
    small[0] = False  # the ink
    return np.where(small[holes], 255, mask).astype(np.uint8)
