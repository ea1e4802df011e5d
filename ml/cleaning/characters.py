"""Finds the characters in a picture, and their positions."""

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.cleaning.marks import pen_width, runs_of

#: Least ratio of length to width of a row of characters.
_ROW = 1.9
#: Least length of all strokes of a part that is certainly a character, as a multiple of the diagonal of its box; one
#: stroke or two (い, ハ, 二) are shorter.
_SEVERAL_STROKES = 1.4
#: Least space between the characters of a grid, fraction of a character's cell.
_SPACE = 0.1


def characters(inked: NDArray[Any]) -> list[tuple[int, int, int, int]]:
    """Left, top, width and height of each character that `inked` (height, width) shows, pixels.

    Several only where a row, column or grid of them is certain: parts of one character (い, 二, 八) are one.
    """
    ys, xs = np.nonzero(inked)
    if not len(xs):
        return []
    left, top = int(xs.min()), int(ys.min())
    width, height = int(xs.max()) - left + 1, int(ys.max()) - top + 1
    box = inked[top : top + height, left : left + width]
    whole = [(0, height)], [(0, width)]
    if width > _ROW * height:
        rows, columns = whole[0], _cells(np.asarray(box.any(axis=0)), height)
    elif height > _ROW * width:
        rows, columns = _cells(np.asarray(box.any(axis=1)), width), whole[1]
    else:
        rows, columns = _cells(np.asarray(box.any(axis=1)), width / 2), _cells(np.asarray(box.any(axis=0)), height / 2)
        if not _is_grid(box, rows, columns):
            rows, columns = whole
    found = []
    for y0, y1 in rows:
        for x0, x1 in columns:
            ys, xs = np.nonzero(box[y0:y1, x0:x1])
            if len(xs):
                w, h = int(np.ptp(xs)) + 1, int(np.ptp(ys)) + 1
                found.append((left + x0 + int(xs.min()), top + y0 + int(ys.min()), w, h))
    size = max(max(w, h) for _, _, w, h in found)
    pen = pen_width(inked.astype(np.uint8))
    certain = [
        (x, y, w, h)
        for x, y, w, h in found
        if max(w, h) > 0.5 * size and inked[y : y + h, x : x + w].sum() / pen > _SEVERAL_STROKES * np.hypot(w, h)
    ]
    return found if len(certain) > 1 else [(left, top, width, height)]


def _cells(inked: NDArray[Any], size: float) -> list[tuple[int, int]]:
    """First and one past the last index of each character along an axis.

    inked: whether any pixel at that index is; size: extent of a character across the axis.
    """
    runs = [(a, b + 1) for a, b in runs_of(inked)]
    cells = [runs[0]]
    for start, end in runs[1:]:
        first, last = cells[-1]
        narrow = min(last - first, end - start) < 0.5 * size
        if start - last < 0.08 * size or (narrow and end - first < 1.3 * size):
            cells[-1] = first, end
        else:
            cells.append((start, end))
    return cells


def _is_grid(box: NDArray[Any], rows: list[tuple[int, int]], columns: list[tuple[int, int]]) -> bool:
    """Whether `rows` and `columns` divide `box` into at least six characters with clear space between them."""
    if len(rows) < 2 or len(columns) < 2:
        return False
    height, width = box.shape
    filled = sum(bool(box[y0:y1, x0:x1].any()) for y0, y1 in rows for x0, x1 in columns)
    spaces = [
        (b[0] - a[1]) * len(cells) / extent
        for cells, extent in ((rows, height), (columns, width))
        for a, b in itertools.pairwise(cells)
    ]
    return filled > 5 and min(spaces) > _SPACE
