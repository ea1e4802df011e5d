"""The one rasteriser: strokes to the network's image, for training and serving."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml import skeleton
from ml.strokes import Strokes

#: Side of the network's image, pixels.
SIDE = 64
#: Distance of the ink's middle lines from the edge of the image, pixels.
MARGIN = 4
#: Width of the drawn line, pixels; independent of the pen's width on screen.
LINE = 2.0

#: Factor by which lines are drawn larger and then averaged down, for smooth edges.
_OVERSAMPLING = 4
#: Fraction bits of OpenCV's fixed-point coordinates.
_FRACTION_BITS = 4
#: Longer side, pixels, to which a photograph's ink is scaled before it is thinned.
_PHOTO_SIDE = 128
#: The same of a line, of which the shorter side is scaled to `_PHOTO_SIDE` if it is no longer than this.
_LINE_SIDE = 2048
#: Unsharp masking of a photograph's ink, which separates lines that a coarse scan has run together: its amount, and the
#: blur in pen widths.
_SHARPENING, _BLUR = 1.0, 0.5
#: Longer side, pixels, of the image in which shadows are looked for.
_SHADOW_SIDE = 256
#: Widest pens tried against shadows, as divisors of the image's longer side; the first that leaves an even pen counts.
_PENCILS = (8, 16, 32)
#: Largest 98th percentile of the distance to the ink's edge, as a multiple of its mean, for lines of one pen: 2 without
#: crossings. A higher value takes more shadows for ink.
_EVEN_PEN = 2.9
#: Areas, in squared pen widths, below which a blot is dirt and a hole in a line is filled.
_SPECK, _HOLE = 0.3, 0.05
#: Longer side, pixels, of images in which a thick pen may have closed the loops: those of MNIST and EMNIST are 28.
_LOOPS_SIDE = 64
#: Least depth, grey levels, of a dip that is a loop nearly closed, and the factor by which dips are deepened.
_DIP, _DEEPENED = 10, 3.0
#: A blot is a closed loop where its depth exceeds this fraction of the pen's width: the first if at most `_LIMBS` lines
#: meet there, the second if more do, as in a crossing. A line's depth is half its pen's width. Higher finds fewer.
_CLOSED_LOOP, _CLOSED_CROSSING = 0.85, 1.2
_LIMBS = 2
#: Radius of the circle round a blot on which lines are counted, as a multiple of its depth.
_CIRCLE = 1.35
#: The loop is opened where it is deeper than this fraction of the blot's depth.
_OPENED = 0.85
#: The percentile of the depths along the middle lines that is half a pen's width: loops and crossings are deeper.
_PEN_PERCENTILE = 40
#: A pen wider than this fraction of a photographed character is thick: its lines are thinned, not replaced by their
#: middles. Higher finds fewer.
_THICK = 1 / 14
#: Width of a thinned line, pixels of the network's image.
_THINNED = 3.0


def fit(strokes: Strokes) -> Strokes:
    """`strokes` moved and scaled, without distortion, so that their box fills the image but for `MARGIN`, centred.

    Coordinates are pixels of the network's image. Strokes without extent (a dot) are moved to its centre.
    """
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float((high - low).max())
    scale = (SIDE - 2 * MARGIN) / extent if extent > 0 else 0.0
    middle = (low + high) / 2
    return [((stroke - middle) * scale + SIDE / 2).astype(np.float32) for stroke in strokes]


def written(strokes: Strokes, side: int, pen: int) -> NDArray[np.uint8]:
    """(side, side) uint8, ink 255 on 0: fitted `strokes`, enlarged to `side`, with a pen `pen` pixels wide."""
    canvas = np.zeros((side, side), np.uint8)
    factor = side / SIDE * (1 << _FRACTION_BITS)
    # Minus a half, because OpenCV's integers are the centres of pixels.
    points = [np.rint(stroke * factor - (1 << (_FRACTION_BITS - 1))).astype(np.int32) for stroke in strokes]
    points = [np.repeat(stroke, 2, axis=0) if len(stroke) == 1 else stroke for stroke in points]  # a dot has no length
    cv2.polylines(canvas, points, False, 255, pen, cv2.LINE_8, _FRACTION_BITS)
    return canvas


def draw(strokes: Strokes, line: float = LINE) -> NDArray[np.uint8]:
    """(SIDE, SIDE) uint8, ink 255 on 0: fitted `strokes`, with lines `line` pixels wide."""
    canvas = written(strokes, SIDE * _OVERSAMPLING, max(1, round(line * _OVERSAMPLING)))
    return np.asarray(cv2.resize(canvas, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def ink_image(strokes: Strokes) -> NDArray[np.uint8]:
    """The network's image of ink: (SIDE, SIDE) uint8, ink 255 on 0. `strokes`: arrays (points, 2) in any unit."""
    return draw(fit(strokes))


def photo_image(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The network's image of a photograph, redrawn with the line of ink; `ink` as `photo.read` returns it.

    The lines of a thick pen are thinned instead: the middles of its blots would show corners and stems that nobody
    wrote.
    """
    mask, _, _ = _enlarged_mask(ink)
    depth, middles, pen = _pen(mask)
    if pen > _THICK * _PHOTO_SIDE:
        return _thinned(depth, middles, pen)
    return ink_image(skeleton.trace(mask))


def photo_strokes(ink: NDArray[np.uint8], *, is_line: bool = False) -> Strokes:
    """The middle lines of `ink` (height, width) uint8, stronger ink being higher; in its pixels.

    `is_line`: it shows a line of characters, across or down.
    """
    mask, factor, corner = _enlarged_mask(ink, is_line=is_line)
    return [(line / factor + corner).astype(np.float32) for line in skeleton.trace(mask)]


def _enlarged_mask(
    ink: NDArray[np.uint8], *, is_line: bool = False
) -> tuple[NDArray[np.uint8], float, NDArray[np.float64]]:
    """The mask, 255 on 0, of what is written in `ink`, enlarged; by which factor; and its corner (x, y) in `ink`."""
    is_small = max(ink.shape) < _LOOPS_SIDE
    ink = without_shadows(_with_deeper_dips(ink) if is_small else ink)
    mask, pen = _written_mask(ink)
    left, top, width, height = cv2.boundingRect(mask)
    part = slice(top, top + height), slice(left, left + width)
    near = cv2.dilate(mask[part], np.ones((3, 3), np.uint8))
    framed = np.pad(np.where(near, ink[part], 0).astype(np.uint8), 2)
    side = min(_PHOTO_SIDE * max(width, height) / min(width, height), _LINE_SIDE) if is_line else _PHOTO_SIDE
    factor = side / max(width, height)
    size = (max(1, round((width + 4) * factor)), max(1, round((height + 4) * factor)))
    # Enlarging the grey levels, not a mask, keeps the loops of a small scan.
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    large = cv2.resize(framed, size, interpolation=way).astype(np.float32)
    sharp = large + _SHARPENING * (large - cv2.GaussianBlur(large, (0, 0), _BLUR * max(pen * factor, 1)))
    mask, pen = _written_mask(sharp.clip(0, 255).astype(np.uint8))
    mask = np.pad(_without_holes(mask, pen), 4)
    corner = np.array([left, top]) - 2 - 4 / factor
    return _with_open_loops(mask) if is_small else mask, factor, corner


def written_ink(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """`ink` as `photo.read` returns it, without shadows and dirt."""
    lit = without_shadows(ink)
    mask, _ = _written_mask(lit)
    return np.where(cv2.dilate(mask, np.ones((3, 3), np.uint8)), lit, 0).astype(np.uint8)


def _with_deeper_dips(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """`ink` with deeper dips where fainter pixels are enclosed by stronger ones: the loops of a thick pen."""
    # Morphological reconstruction by erosion fills the dips that stronger ink encloses.
    levels = np.pad(ink, 1)
    filled = np.full_like(levels, 255)
    filled[[0, -1]] = filled[:, [0, -1]] = 0
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    while ((lower := np.maximum(cv2.erode(filled, cross), levels)) != filled).any():
        filled = lower
    whole = filled[1:-1, 1:-1].astype(np.float32)
    dips = whole - ink
    return np.where(dips > _DIP, whole - _DEEPENED * dips, ink).clip(0, 255).astype(np.uint8)


def _with_open_loops(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """`mask` with a hole in each blot that is too wide for a line of its pen: a loop that the pen has closed."""
    depth, _, pen = _pen(mask)
    if not pen:
        return mask
    opened = mask.copy()
    count, blots = cv2.connectedComponents((depth > _CLOSED_LOOP * pen).astype(np.uint8))
    near = np.ones((int(pen) | 1, int(pen) | 1), np.uint8)
    for blot in range(1, count):
        own = np.where(blots == blot, depth, 0)
        deepest = float(own.max())
        y, x = np.unravel_index(own.argmax(), own.shape)
        if _limbs(mask, (int(x), int(y)), _CIRCLE * deepest) > _LIMBS and deepest <= _CLOSED_CROSSING * pen:
            continue
        around = cv2.dilate((own > 0).astype(np.uint8), near) > 0
        opened[around & (depth > _OPENED * deepest)] = 0
    return opened


def _pen(mask: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.bool_], float]:
    """The distance of each pixel of `mask` to the edge, its middle lines, and the width of the pen, pixels.

    The width is 0 if there are no middle lines, as in a round blot.
    """
    depth = np.asarray(cv2.distanceTransform(mask, cv2.DIST_L2, 5), np.float32)
    middles = np.asarray(cv2.ximgproc.thinning(mask) > 0)
    pen = 2 * float(np.percentile(depth[middles], _PEN_PERCENTILE)) if middles.any() else 0.0
    return depth, middles, pen


def _thinned(depth: NDArray[np.float32], middles: NDArray[np.bool_], pen: float) -> NDArray[np.uint8]:
    """The network's image of a mask with lines `_THINNED` pixels wide and wider blots; see `_pen`."""
    side = SIDE - 2 * MARGIN + _THINNED
    width = _THINNED * _PHOTO_SIDE / side
    kept = (depth > (pen - width) / 2) | (cv2.dilate(middles.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)
    left, top, across, down = cv2.boundingRect(kept.astype(np.uint8))
    factor = side / max(across, down)
    size = max(1, round(across * factor)), max(1, round(down * factor))
    part = kept[top : top + down, left : left + across].astype(np.uint8) * 255
    small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    x, y = (SIDE - size[0]) // 2, (SIDE - size[1]) // 2
    image = np.zeros((SIDE, SIDE), np.uint8)
    image[y : y + size[1], x : x + size[0]] = small
    return image


def _limbs(mask: NDArray[np.uint8], middle: tuple[int, int], radius: float) -> int:
    """How many separate runs of ink a circle round `middle` (x, y) crosses."""
    angles = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    xs = (middle[0] + radius * np.cos(angles)).round().astype(int).clip(0, mask.shape[1] - 1)
    ys = (middle[1] + radius * np.sin(angles)).round().astype(int).clip(0, mask.shape[0] - 1)
    inked = mask[ys, xs] > 0
    return int((inked & ~np.roll(inked, 1)).sum())


def _written_mask(ink: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], float]:
    """The mask of ink without dirt, 255 on 0, and the width of the pen, pixels. Threshold: Otsu 1979."""
    mask, depth = _depth(ink)
    # The mean distance to the edge of a line of width w is w / 4; the edge itself counts half a pixel.
    pen = 4 * max(float(depth[mask > 0].mean()) - 0.5, 0.25)
    _, blots, figures, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    areas = figures[:, cv2.CC_STAT_AREA]
    kept = areas >= min(_SPECK * pen * pen, areas[1:].max())
    kept[0] = False  # the ground
    return np.where(kept[blots], 255, 0).astype(np.uint8), pen


def _depth(ink: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The mask of ink, 255 on 0, and the distance of each pixel of it to its edge, pixels."""
    _, mask = cv2.threshold(ink, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return np.asarray(mask, np.uint8), np.asarray(cv2.distanceTransform(mask, cv2.DIST_L2, 3), np.float32)


def without_shadows(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """`ink` without marks wider than the pen, if that leaves a line of even width; otherwise `ink`."""
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
    """`mask` with its small holes filled; `pen` in pixels."""
    _, holes, figures, _ = cv2.connectedComponentsWithStats(255 - mask, connectivity=4)
    small = figures[:, cv2.CC_STAT_AREA] < _HOLE * pen * pen
    small[0] = False  # the ink
    return np.where(small[holes], 255, mask).astype(np.uint8)
