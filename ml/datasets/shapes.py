"""Files of traced shapes, so that later runs, and machines without the fonts, need not trace them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ml.synthesis import Shape

#: Precision of the stored coordinates: steps per half side.
_PARTS = 1024

#: Shapes by character.
Shapes = Mapping[str, Sequence[Shape]]


def write(path: Path, several: Sequence[Shapes]) -> None:
    """Write `several` to the new file `path`; if this fails, no file is left at `path`."""
    arrays = {}
    for number, shapes in enumerate(several):
        found = [shape for of_one in shapes.values() for shape in of_one]
        whole = np.rint(np.concatenate(found) * _PARTS).astype(np.int16)
        arrays[f"characters{number}"] = np.array(list(shapes))
        arrays[f"shapes{number}"] = np.array([len(of_one) for of_one in shapes.values()])
        arrays[f"strokes{number}"] = np.array([len(shape) for shape in found])
        # Differences between consecutive points compress better than the points.
        arrays[f"points{number}"] = np.diff(whole.transpose(2, 1, 0), axis=1, prepend=0)
    part = path.with_suffix(".part.npz")
    np.savez_compressed(part, allow_pickle=False, **arrays)
    part.replace(path)


def read(path: Path) -> list[dict[str, list[Shape]]]:
    """The shapes that `write` wrote to `path`, to a thousandth of half a side."""
    several = []
    with np.load(path) as arrays:
        for number in range(len(arrays) // 4):
            points = arrays[f"points{number}"].cumsum(axis=1, dtype=np.int16).transpose(2, 1, 0)
            strokes = (points / np.float32(_PARTS)).astype(np.float32)
            found = np.split(strokes, arrays[f"strokes{number}"].cumsum()[:-1])
            ends = arrays[f"shapes{number}"].cumsum().tolist()
            characters = arrays[f"characters{number}"].tolist()
            several.append({c: found[a:b] for c, a, b in zip(characters, [0, *ends], ends, strict=False)})
    return several
