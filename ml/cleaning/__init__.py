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
    is_red,
    is_tint,
    least_channel,
    paper_levels,
    reduced,
    sharp_edges,
    without_soft_patches,
)


def ink(image: NDArray[Any]) -> NDArray[Any]:
    """(height, width) how much the pen's ink absorbs at each pixel, 0 to 1; 0 everywhere else.

    image: (height, width, 3) uint8, ink darker than the paper.
    """
    planes, small = np.ascontiguousarray(image.transpose(2, 0, 1)), reduced(image)
    absorbed = absorption(planes, estimate_paper(small, WIDEST_INK[0]))
    most = greatest_channel(absorbed)
    base, least = paper_levels(most)
    side = max(most.shape)
    marked = without_blobs(without_edges((most > base + least).astype(np.uint8)), side)
    # A highlighter's edge is as sharp as a stroke's.
    untinted = _without(marked, is_tint(absorbed[:, marked > 0] - np.float32(base)))
    paper = closest_paper(image, small, absorbed, sharp_edges(most - np.float32(base), untinted, least))
    if paper is not None:
        absorbed = absorption(planes, paper)
        most = greatest_channel(absorbed)
        base, least = paper_levels(most)
    absorbed -= np.float32(base)
    most = np.maximum(most - np.float32(base), 0)
    marked &= most > least
    most = without_soft_patches(most * marked, least)
    marked = (most > least).astype(np.uint8)
    smooth = np.empty_like(absorbed)
    for plane, into in zip(absorbed, smooth, strict=True):
        cv2.blur(plane, (3, 3), dst=into)
    # If there is another ink, marks that only tint the paper are a highlighter's, and red ones a teacher's.
    colours = smooth[:, marked > 0]
    tinted, red = is_tint(colours), is_red(colours)
    for others in (tinted | red, tinted):
        rest = _without(marked, others)
        if shows_something(rest, side):
            marked = rest
            break
    kept, on_lines = without_lines(marked, smooth, side)
    kept = without_blobs(kept, side)
    inked = kept > 0
    if inked.any():
        levels, faintest = most[inked], least_channel(absorbed[:, inked])
        strongest = levels >= np.percentile(levels, 75)
        if np.median(faintest[strongest]) > 0.5 * np.median(levels[strongest]):
            # Grey ink is as strong on a highlighter's colour as beside it.
            most = np.maximum(least_channel(absorbed), 0)
    if on_lines.any() and (free := inked & ~on_lines).any():  # where a stroke crosses a line, both absorb
        most[on_lines] = np.minimum(most[on_lines], np.median(most[free]))
    kept = without_specks(kept, most, side)
    near = cv2.dilate(kept, np.ones((3, 3), np.uint8))
    return np.where(near, most, 0).astype(np.float32)


def _without(marked: NDArray[Any], others: NDArray[Any]) -> NDArray[Any]:
    """`marked` without `others`, a bool for each marked pixel."""
    rest = marked.copy()
    rest[marked > 0] = ~others
    return rest
