"""From images of characters to the strokes that training augments."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml import raster
from ml.datasets import files
from ml.datasets.sample import Sample
from ml.strokes import Strokes

#: Smallest difference between ink and ground, of 255.
_CONTRAST = 24


def strokes_by_character(
    paths: Iterable[Path], characters: Iterable[str], limit_per_character: int
) -> dict[str, list[Strokes]]:
    """The strokes of each of `characters` in the dataset files `paths`, at most `limit_per_character` each.

    Images are thinned to their middle lines; ink stays as it is. Raises what `files.read` raises.
    """
    found: dict[str, list[Strokes]] = {character: [] for character in characters}
    wanted = set(found) if limit_per_character > 0 else set()
    for path in paths:
        if files.is_companion(path):
            continue
        for example in files.read(path):
            if not wanted:
                return found
            if example.character not in wanted:
                continue
            lines = strokes(example.image) if isinstance(example, Sample) else example.strokes
            if lines:
                found[example.character].append(lines)
                if len(found[example.character]) == limit_per_character:
                    wanted.remove(example.character)
    return found


def strokes(image: NDArray[np.uint8]) -> Strokes:
    """The middle lines of `image` (height, width), ink high on 0; empty if the image shows nothing."""
    if int(image.max()) - int(image.min()) < _CONTRAST:
        return []
    return raster.photo_strokes(image)
