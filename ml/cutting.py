"""Cuts the characters out of a photographed line, so that each can be kept, shown and read as an image of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml import raster
from ml.strokes import Strokes

#: Side of a cut-out, pixels: `ml.photo` looks for print and for other characters in larger images only.
SIDE = 128
#: Width of its margin, pixels.
_MARGIN = 10


@dataclass(frozen=True)
class CutOut:
    """One character of a photograph."""

    #: Left, top, width and height in the photograph, as fractions of its width and height.
    box: list[float]
    #: A square PNG: black ink on transparent ground.
    png: bytes


def cut_out(ink: NDArray[np.uint8], characters: Sequence[Strokes]) -> Iterator[CutOut]:
    """Each of `characters`, the strokes traced in `ink` and in its pixels. Ink belongs to the nearest of them."""
    height, width = ink.shape
    drawn = np.zeros(ink.shape, np.int32)
    for number, strokes in enumerate(characters, 1):
        cv2.polylines(drawn, [np.rint(stroke).astype(np.int32) for stroke in strokes], False, number, 2)
    free = (drawn == 0).astype(np.uint8)
    _, nearest = cv2.distanceTransformWithLabels(free, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    owners = np.zeros(nearest.max() + 1, np.int32)
    owners[nearest[drawn > 0]] = drawn[drawn > 0]
    written = raster.written_ink(ink)
    for number in range(1, len(characters) + 1):
        is_own = (owners[nearest] == number) & ((written > 0) | (drawn > 0))
        left, top, w, h = cv2.boundingRect(is_own.astype(np.uint8))
        own = np.where(is_own, written, 0)[top : top + h, left : left + w]
        box = [round(part, 4) for part in (left / width, top / height, w / width, h / height)]
        yield CutOut(box, _png(own))


def _png(ink: NDArray[np.uint8]) -> bytes:
    """`ink` (height, width), 0 to 255, in the middle of a square."""
    height, width = ink.shape
    factor = (SIDE - 2 * _MARGIN) / max(height, width)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    scaled = cv2.resize(ink, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC)
    left, top = (SIDE - size[0]) // 2, (SIDE - size[1]) // 2
    square = np.zeros((SIDE, SIDE, 4), np.uint8)
    square[top : top + size[1], left : left + size[0], 3] = scaled
    return cv2.imencode(".png", square)[1].tobytes()
