"""Write `kanji.txt`: python -m ml.variants.kanji

Takes the shapes from KanjiVG's variant files, and puts some together from the strokes of other kanji. Files that differ
from the reference only in stroke order are left out.
"""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ml import raster
from ml.datasets import kanjivg
from ml.form import judge
from ml.strokes import Strokes, dump, references

#: Where each form is used, by the name of KanjiVG's file.
NOTES = {
    "Kaisho": "written by hand",
    "Insatsu": "in print",
    "Hyougai": "{} form, outside the jōyō table",
    "Jinmei": "{} form, in names",
}
#: Shapes of the 2016 guideline without a file in KanjiVG: for each character its note and pieces. A piece is a kanji,
#: its strokes by index, and the strokes of the character whose box they fill.
COMPOSED: dict[str, tuple[str, list[tuple[str, slice, slice]]]] = {
    "牙": ("five strokes", [("芽", slice(3, 8), slice(0, 4))]),
    "嗅": ("simplified form, written by hand", [("嗅", slice(0, 12), slice(0, 12))]),
    "箋": (
        "simplified form, written by hand",
        [("箋", slice(0, 6), slice(0, 6)), ("浅", slice(3, 9), slice(6, 14))],
    ),
}
#: Correlation of two blurred pictures above which they show the same shape, 0 to 1.
_SAME = 0.93


def shapes(character: str) -> dict[str, Strokes]:
    """The variants of `character`, by note, that differ from the reference and each other in shape or stroke count.

    A variant that form remarks on, other than on its order, counts as different.
    """
    reference = references()[character]
    kept = [reference]
    found: dict[str, Strokes] = {}
    for name, strokes in kanjivg.variants(character).items():
        fewer = len(reference) - len(strokes)
        kind = "simplified" if fewer > 0 else "traditional" if fewer < 0 else "other"
        notes = [note.format(kind) for form, note in NOTES.items() if form in name]
        is_new = all(_differ(strokes, other) for other in kept) or (not found and _is_remarked(strokes, character))
        if notes and is_new:
            kept.append(strokes)
            found[", ".join(notes)] = strokes
    if character in COMPOSED:
        note, pieces = COMPOSED[character]
        found[note] = [stroke for piece in pieces for stroke in _placed(reference, *piece)]
    return found


def _is_remarked(strokes: Strokes, character: str) -> bool:
    form = judge(strokes, character)
    return form is None or any(remark.code != "order" for remark in form.remarks)


def _placed(reference: Strokes, kanji: str, piece: slice, place: slice) -> Strokes:
    """The strokes `piece` of `kanji`, moved and scaled to the box of the strokes `place` of `reference`."""
    strokes, filled = references()[kanji][piece], np.concatenate(reference[place])
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = (filled.max(axis=0) - filled.min(axis=0)) / (high - low)
    return [((stroke - low) * scale + filled.min(axis=0)).astype(np.float32) for stroke in strokes]


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
