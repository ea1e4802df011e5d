"""Finds the pen's ink in a photograph, without rules, frames, holes, stamps, shadows or specks.

Everything here works on *ratios*: the fraction of the paper's light that each pixel reflects, per colour channel. An
ink keeps its direction in the space of log ratios however thickly it lies, so pencil, blue pen and red stamp can be
told apart even where they are faint.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.cleaning.lines import without_lines
from ml.cleaning.marks import shows_something, without_blobs, without_edges, without_specks
from ml.cleaning.paper import (
    WIDEST_INK,
    absorption,
    closest_paper,
    estimate_paper,
    greatest_channel,
    least_channel,
    paper_levels,
    red_marks,
    sharp_edges,
    tinted_marks,
    without_soft_patches,
)


def ink(image: NDArray[Any]) -> NDArray[Any]:
    """(height, width) how much the pen's ink absorbs at each pixel, 0 to 1; 0 everywhere else.

    image: (height, width, 3) uint8, ink darker than the paper.
    """
    planes = np.ascontiguousarray(image.transpose(2, 0, 1))
    absorbed = absorption(planes, estimate_paper(image, WIDEST_INK[0]))
    most = greatest_channel(absorbed)
    base, least = paper_levels(most)
    side = max(most.shape)
    marked = without_blobs(without_edges((most > base + least).astype(np.uint8)), side)
    # A highlighter's edge is as sharp as a stroke's.
    untinted = marked & ~tinted_marks(absorbed - np.float32(base))
    paper = closest_paper(image, absorbed, sharp_edges(most - base, untinted, least))
    if paper is not None:
        absorbed = absorption(planes, paper)
        base, least = paper_levels(greatest_channel(absorbed))
    absorbed = absorbed - np.float32(base)
    most = np.maximum(greatest_channel(absorbed), 0)
    marked &= (most > least).astype(np.uint8)
    most = without_soft_patches(most * marked, least)
    marked = (most > least).astype(np.uint8)
    smooth = np.stack([cv2.blur(plane, (3, 3)) for plane in absorbed])
    # If there is another ink, marks that only tint the paper are a highlighter's, and red ones a teacher's.
    tinted, red = tinted_marks(smooth), red_marks(smooth)
    for others in (tinted | red, tinted):
        rest = marked & ~others
        if shows_something(rest, side):
            marked = rest
            break
    kept, on_lines = without_lines(marked, smooth, side)
    kept = without_blobs(kept, side)
    strongest = (kept > 0) & (most >= np.percentile(most[kept > 0], 75)) if kept.any() else kept > 0
    if strongest.any() and np.median(least_channel(absorbed)[strongest]) > 0.5 * np.median(most[strongest]):
        most = np.maximum(least_channel(absorbed), 0)  # grey ink is as strong on a highlighter's colour as beside it
    if (free := (kept > 0) & ~on_lines).any():  # where a stroke crosses a line, both absorb
        most = np.where(on_lines, np.minimum(most, np.median(most[free])), most)
    kept = without_specks(kept, most, side)
    near = cv2.dilate(kept, np.ones((3, 3), np.uint8))
    return np.where(near, most, 0).astype(np.float32)
