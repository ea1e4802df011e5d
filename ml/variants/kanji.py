"""Write `kanji.txt`: python -m ml.variants.kanji

Takes the shapes from KanjiVG's variant files, and leaves out those that differ from the reference in order only.
"""

import re
from importlib.resources import files
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ml import raster
from ml.datasets import kanjivg
from ml.strokes import Strokes, dump, references

#: Where each form is used, by the name of KanjiVG's file.
NOTES = {
    "Kaisho": "written by hand",
    "Insatsu": "in print",
    "Hyougai": "traditional form, as outside the jōyō table",
    "Jinmei": "traditional form, in names",
}
#: Correlation of two blurred pictures above which they show the same shape, 0 to 1.
_SAME = 0.93


def shapes(character: str) -> dict[str, Strokes]:
    """The variants of `character` whose shape or number of strokes differs from the reference and from each other, by
    note.
    """
    kept = [references()[character]]
    found = {}
    for name, strokes in kanjivg.variants(character).items():
        notes = [note for form, note in NOTES.items() if form in name]
        if notes and all(_differ(strokes, other) for other in kept):
            kept.append(strokes)
            found[", ".join(notes)] = strokes
    return found


def _differ(one: Strokes, other: Strokes) -> bool:
    return len(one) != len(other) or float((_picture(one) * _picture(other)).sum()) < _SAME


def _picture(strokes: Strokes) -> NDArray[np.float32]:
    """A blurred drawing with mean 0 and length 1, so that products are correlations."""
    soft = cv2.GaussianBlur(raster.ink_image(strokes).astype(np.float32), (0, 0), 1.5)
    soft -= soft.mean()
    return np.asarray(soft / np.linalg.norm(soft), np.float32)


def main() -> None:
    named = {chr(int(file.name[:5], 16)) for file in files("kanji").iterdir() if re.match("[0-9a-f]{5}-", file.name)}
    lines = [
        f"{character}\t{note}\t{dump(strokes)}\n"
        for character in references()
        if character in named
        for note, strokes in shapes(character).items()
    ]
    Path(__file__).with_name("kanji.txt").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
