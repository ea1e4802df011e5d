"""Marks on paper as masks: the width of their pen, and marks that belong to no character (edges, holes, specks)."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.cleaning.paper import Mask

#: Dark edges of a scan: at most this deep, along at least this fraction of the side.
_EDGE_DEPTH, _EDGE_LENGTH = 0.15, 0.5
#: Ink that shines through from the back absorbs less than `_FAINTER` of what the ink in front does; either has at least
#: `_LEAST` of all marked pixels.
_FAINTER, _LEAST = 0.65, 0.08
#: Width of a pen, pixels, above which the mean of nine pixels is as dark as the line.
_WIDE = 6.0


def blots_of(mask: Mask) -> tuple[NDArray[Any], NDArray[Any]]:
    """The connected parts of `mask`, with corners: each pixel's number, 0 for the ground; and the figures of each.

    Figures: left, top, width, height, area, as OpenCV gives them.
    """
    # Numbers of 16 bits take a third of the time. There are at most as many blots as marked pixels.
    number = cv2.CV_16U if cv2.countNonZero(mask) < np.iinfo(np.uint16).max else cv2.CV_32S
    _, blots, figures, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=number)
    return blots, figures


def shows_something(mask: Mask, side: int) -> bool:
    """Whether `mask` has a connected part that could be a character: large enough, and not a long line."""
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, figures = blots_of(closed)
    extent = figures[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1, initial=0)
    return bool((extent > 0.04 * side).any())


def without_edges(marked: Mask) -> Mask:
    """`marked` without the dark beside the sheet."""
    cleaned = marked.copy()
    for turn in range(4):
        view = np.rot90(cleaned, turn)  # each side comes to the left once
        height, width = view.shape
        most = max(2, int(_EDGE_DEPTH * width))
        free = view[:, : most + 1] == 0
        runs = np.where(free.any(axis=1), free.argmax(axis=1), most + 1)
        if (runs > 0).mean() < _EDGE_LENGTH:
            continue
        rows = np.flatnonzero((runs > 0) & (runs <= most))
        if len(rows) < 0.3 * height:
            continue
        # A strip's inner side is straight; where a rule or a stroke meets it, only the strip goes.
        fit = np.polyfit(rows, runs[rows], 1)
        for _ in range(3):
            off = runs[rows] - np.polyval(fit, rows)
            near = rows[np.abs(off) <= 2 + 2 * np.median(np.abs(off))]
            if len(near) < 10:
                break
            fit = np.polyfit(near, runs[near], 1)
        depth = np.clip(np.polyval(fit, np.arange(height)) + 3, 0, most + 3)
        view[np.arange(width)[None] < depth[:, None]] = 0
    return cleaned


def without_blobs(marked: Mask, side: int) -> Mask:
    """`marked` without punched holes: round solid spots near the edge or cut by it, outside the largest mark's box."""
    blots, figures = blots_of(marked)
    if len(figures) < 3:
        return marked
    height, width = marked.shape
    x, y, w, h, area = figures[1:].T
    longer, to_edge = np.maximum(w, h), np.minimum(np.minimum(x, y), np.minimum(width - x - w, height - y - h))
    is_round = (area > 0.68 * w * h) & (w > 0.75 * h) & (w < 1.34 * h)
    is_hole = (longer <= 0.12 * side) & (longer >= 0.008 * side) & (longer <= 2.6 * np.minimum(w, h))
    is_hole &= (is_round & (to_edge < 0.08 * side)) | ((to_edge <= 1) & (area > 0.6 * w * h))
    if is_hole.all() or not is_hole.any():
        return marked
    box = figures[1 + int(np.where(is_hole, -1, w * h).argmax())]
    away = _apart(figures[1:].T, box)
    if box[2] <= 0.9 * width and box[3] <= 0.9 * height:
        is_hole &= away > 0.3 * longer
    cleaned = marked.copy()
    cleaned[np.append(False, is_hole).take(blots)] = 0
    return cleaned


def pen_width(mask: Mask) -> float:
    """Width of the lines of `mask`, weighted by their area, pixels."""
    left, top, width, height = cv2.boundingRect(mask)
    if not width:
        return 0.0
    part = mask[top : top + height, left : left + width]
    return float(_width(_depth(part)[part > 0].mean()))


def _depth(mask: Mask) -> NDArray[Any]:
    """(height, width) float32, distance of each marked pixel to the edge of its blot or the image, pixels."""
    return cv2.distanceTransform(cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT), cv2.DIST_L2, 3)[1:-1, 1:-1]


def _width(mean_depth: Any) -> Any:
    """The width of lines whose pixels are `mean_depth` (number or array) from the edge on average, pixels."""
    return 4 * np.maximum(mean_depth - 0.5, 0.25)


def _typical(widths: NDArray[Any], lengths: NDArray[Any]) -> float:
    """The median of the lines' `widths`, weighted by their `lengths`: a patch of shadow is wide, but not long."""
    order = np.argsort(widths)
    until = np.cumsum(lengths[order])
    return float(widths[order[np.searchsorted(until, until[-1] / 2)]])


def runs_of(flags: NDArray[Any]) -> list[tuple[int, int]]:
    """First and last index of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(a), int(b) - 1) for a, b in edges.reshape(-1, 2)]


def without_specks(marked: Mask, absorbed: NDArray[Any] | None, side: int) -> Mask:
    """`marked` without parts that are too small, too faint or too far away to belong to the character."""
    left, top, width, height = cv2.boundingRect(marked)
    if not width:
        return marked
    part = slice(top, top + height), slice(left, left + width)
    blots, figures = blots_of(marked[part])
    areas = figures[1:, cv2.CC_STAT_AREA].astype(np.float64)
    extents = figures[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    large = extents >= 0.25 * extents.max()
    inked = blots > 0
    widths = _width(np.bincount(blots[inked], _depth(marked[part])[inked])[1:] / areas)
    pen = _typical(widths[large], areas[large] / widths[large])
    kept = (areas >= 0.55 * pen * pen) & (extents >= 1.2 * pen) & (widths > 0.5 * pen)
    kept |= areas == areas.max()
    boxes = figures[1:, :4] + [left, top, 0, 0]
    largest = boxes[int(np.argmax(extents * kept))]
    reach = float(max(largest[2:]))
    height, width = marked.shape
    for i in np.flatnonzero(kept):
        x, y, w, h = boxes[i].tolist()
        touches = x <= 3 or y <= 3 or x + w >= width - 3 or y + h >= height - 3
        if touches and max(w, h) < 0.6 * reach and _apart(boxes[i], largest) > 0.05 * side:
            kept[i] = False
        elif max(w, h) < 0.15 * reach:
            larger = kept & (extents > 1.5 * max(w, h))
            kept[i] = not larger.any() or (_apart(boxes[i], boxes[larger].T) < 0.3 * reach).any()
    kept_mask = np.zeros(marked.shape, bool)
    kept_mask[part] = np.append(False, kept).take(blots)
    if absorbed is not None and kept_mask.any():
        # The mean around a pixel would make a line one pixel wide fainter than a wider one of the same ink.
        window = (3, 3)
        smooth = cv2.blur(absorbed, window) if pen > _WIDE else cv2.dilate(absorbed, np.ones(window, np.uint8))
        main = float(np.percentile(smooth[kept_mask], 90))
        front = kept_mask & (smooth > max(0.45 * main, _front(smooth, kept_mask, pen)))
        return without_specks(front.astype(np.uint8), None, side)
    return kept_mask.astype(np.uint8)


def _apart(one: NDArray[Any], other: NDArray[Any]) -> Any:
    """Pixels between boxes (left, top, width, height, …), the larger of across and down; negative if they overlap.

    Either may be many boxes: their numbers stand along the last axis then.
    """
    (x, y, w, h), (x0, y0, w0, h0) = one[:4], other[:4]
    return np.maximum(np.maximum(x0 - x - w, x - x0 - w0), np.maximum(y0 - y - h, y - y0 - h0))


def _front(absorbed: NDArray[Any], marked: NDArray[Any], pen: float) -> float:
    """The absorption that divides the ink from fainter ink that shines through from the back; 0 if none does.

    Edges and light pressure make a part of any stroke fainter; what shines through is also far from the darker part.
    """
    levels = np.round(absorbed[marked] * 255).clip(0, 255).astype(np.uint8)
    threshold = cv2.threshold(levels[None], 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[0] / 255
    dark = (marked & (absorbed > threshold)).astype(np.uint8)
    reach = 2 * max(2, round(pen)) + 1
    far = marked & (cv2.dilate(dark, np.ones((reach, reach), np.uint8)) == 0)
    if min(far.sum(), dark.sum()) < _LEAST * marked.sum():
        return 0.0
    front, back = float(np.median(absorbed[dark > 0])), float(np.median(absorbed[far]))
    return threshold if back < _FAINTER * front else 0.0
