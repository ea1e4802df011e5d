"""The dictionaries of the handwriting recognizer Tomoe: its .tdic text and its XML.

A .tdic file separates characters by empty lines. For each it holds a line with the name, a line with `:` and the number
of strokes, and a line for each stroke: the number of points and the points as (x y). In both formats y grows downwards.
"""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np

from ml.datasets.ink import Drawing
from ml.datasets.sample import DatasetError
from ml.datasets.stand_ins import refuse_stand_in
from ml.strokes import Strokes

_POINT = re.compile(r"\(\s*(-?\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)\s*\)")


def read(path: Path) -> Iterator[Drawing]:
    """The drawings of one dictionary, all by one writer, without entries whose name has several characters.

    Raises DatasetError, which names the line or the character, if strokes or points are missing.
    """
    refuse_stand_in(path)
    entries = _tdic(path) if path.suffix == ".tdic" else _xml(path)
    for name, strokes in entries:
        if len(name) == 1 and strokes:
            yield Drawing(name, "tomoe-1", "tomoe", strokes)


def _tdic(path: Path) -> Iterator[tuple[str, Strokes]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path.name} isn't text in UTF-8.") from error
    for filled, numbered in groupby(enumerate(lines, 1), lambda line: bool(line[1].strip())):
        if not filled:
            continue
        (number, name), *rest = numbered
        strokes = [np.array(_POINT.findall(line), dtype=np.float32) for _, line in rest[1:]]
        counts = [line.split()[0] for _, line in rest[1:]]
        if not rest or rest[0][1].strip() != f":{len(strokes)}" or counts != [str(len(points)) for points in strokes]:
            raise DatasetError(
                f"{path.name}, line {number}: the entry {name} states another number of strokes or points."
            )
        yield name.strip(), strokes


def _xml(path: Path) -> Iterator[tuple[str, Strokes]]:
    try:
        for _, element in ElementTree.iterparse(path):
            if element.tag != "character":
                continue
            name = (element.findtext("utf8") or "").strip()
            try:
                points = [
                    [(float(point.attrib["x"]), float(point.attrib["y"])) for point in stroke]
                    for stroke in element.iterfind("strokes/stroke")
                ]
            except (KeyError, ValueError) as error:
                raise DatasetError(f"{path.name}: a point of {name} has no x and y.") from error
            yield name, [np.array(stroke, dtype=np.float32) for stroke in points if stroke]
            element.clear()
    except ElementTree.ParseError as error:
        raise DatasetError(f"{path.name} isn't well-formed XML: {error}.") from error
