"""Files of drawings as ink, gzipped: one JSON object a line with `character` (null outside the catalogue), `writer`,
`source` and `strokes`."""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ml.datasets.stand_ins import refuse_stand_in
from ml.strokes import Strokes

#: Sources with a single writer.
SINGLE_WRITER = {"tomoe"}
#: Sources that validate and calibrate only; training never uses them.
VALIDATION_ONLY = {"kanjicanvas"}
#: Volunteers who wrote each of Omniglot's alphabets here; their names end in a number from 1.
_VOLUNTEERS = 10


@dataclass(frozen=True)
class Drawing:
    """One drawing of `character`; None if it shows nothing in the catalogue."""

    character: str | None
    writer: str
    source: str
    strokes: Strokes


def read(path: Path) -> Iterator[Drawing]:
    """The drawings of a `.jsonl.gz` file, in its order, without the times of their points."""
    refuse_stand_in(path)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            strokes = [np.array(stroke, dtype=np.float32)[:, :2] for stroke in row["strokes"]]
            yield Drawing(row["character"], row["writer"], row["source"], strokes)


def is_held_out(drawing: Drawing, fraction: float) -> bool:
    """True if `drawing` is kept for validation: a `fraction` of the writers, or of a single writer's characters.

    Depends only on names, so that training and evaluation agree. Of Omniglot's volunteers, who are few, twice the
    fraction is held out, the last ones: three of ten at 0.15, none below 0.025.
    """
    if drawing.source in VALIDATION_ONLY:
        return True
    if drawing.source.startswith("omniglot/"):
        return int(drawing.writer.rpartition("-")[2]) > _VOLUNTEERS + 0.5 - 2 * fraction * _VOLUNTEERS
    name = f"{drawing.writer}{drawing.character}" if drawing.source in SINGLE_WRITER else drawing.writer
    return zlib.crc32(name.encode()) % 1000 < fraction * 1000
