"""The middle lines of a drawn or printed character, as strokes."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.strokes import Strokes

#: A side branch shorter than this is the skeleton's artefact, not a stroke. Pixels.
_SPUR = 7
_NEIGHBOURS = [(-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1)]


def trace(image: NDArray[np.uint8]) -> Strokes:
    """The middle lines of `image` (uint8, ink 255 on 0): one per branch of its skeleton, without spurs.

    Every blot has one; that of a round blot is a dot.

    The thinning is Zhang and Suen's of 1984, OpenCV's default.
    """
    pixels = {(int(y), int(x)) for y, x in np.argwhere(cv2.ximgproc.thinning(image))}
    joined = {pixel: _neighbours(pixel, pixels) for pixel in pixels}
    knots = {pixel for pixel, others in joined.items() if len(others) != 2}
    walked: set[frozenset[tuple[int, int]]] = set()
    lines = []
    # Knots first; whatever loop has none is walked from any of its pixels.
    for start in [*sorted(knots), *sorted(pixels - knots)]:
        for step in joined[start]:
            if frozenset((start, step)) in walked:
                continue
            line = [start, step]
            walked.add(frozenset((start, step)))
            while line[-1] not in knots and line[-1] != start:
                onward = [p for p in joined[line[-1]] if p != line[-2] and frozenset((line[-1], p)) not in walked]
                if not onward:
                    break
                walked.add(frozenset((line[-1], onward[0])))
                line.append(onward[0])
            lines.append(line)
    kept = [line for line in lines if not _is_spur(line, joined)]
    kept += [[pixel] for pixel in pixels if not joined[pixel]]
    # Thinning leaves nothing of a round blot, or only spurs: it is a dot.
    count, blots, _, middles = cv2.connectedComponentsWithStats(image)
    traced = {blots[line[0]] for line in kept}
    dots = [middles[blot][None] for blot in range(1, count) if blot not in traced]
    return [*(np.array([(x, y) for y, x in line], np.float32) for line in kept), *(d.astype(np.float32) for d in dots)]


def _neighbours(pixel: tuple[int, int], pixels: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pixels next to `pixel`; a diagonal one only where no straight neighbour already leads to it."""
    y, x = pixel
    near = []
    for dy, dx in _NEIGHBOURS:
        other = (y + dy, x + dx)
        if other in pixels and not (dy and dx and ((y + dy, x) in pixels or (y, x + dx) in pixels)):
            near.append(other)
    return near


def _is_spur(line: list[tuple[int, int]], joined: dict[tuple[int, int], list[tuple[int, int]]]) -> bool:
    """A short branch from a junction to a loose end."""
    ends = sorted((len(joined[line[0]]), len(joined[line[-1]])))
    return len(line) < _SPUR and ends[0] == 1 and ends[1] > 2
