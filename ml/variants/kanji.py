"""Write `kanji.txt`: python -m ml.variants.kanji

Takes the shapes from KanjiVG's variant files; files that differ from the reference in stroke order only are left out.
"""

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
    "Hyougai": "{} form, outside the jōyō table",
    "Jinmei": "{} form, in names",
}
#: Correlation of two blurred pictures above which they show the same shape, 0 to 1.
_SAME = 0.93


def shapes(character: str) -> dict[str, Strokes]:
    """The variants of `character`, by note, that differ from the reference and each other in shape or stroke count."""
    reference = references()[character]
    kept, found = [reference], {}
    for name, strokes in kanjivg.variants(character).items():
        fewer = len(reference) - len(strokes)
        kind = "simplified" if fewer > 0 else "traditional" if fewer < 0 else "other"
        notes = [note.format(kind) for form, note in NOTES.items() if form in name]
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
    lines = [
        f"{character}\t{note}\t{dump(strokes)}\n"
        for character in references()
        for note, strokes in shapes(character).items()
    ]
    Path(__file__).with_name("kanji.txt").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
