"""Drawings as ink, one JSON object a line: `character` (null outside the catalogue), `writer`, `source`, `strokes`."""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ml.strokes import Strokes

#: Sources that one person wrote.
SINGLE_WRITER = {"tomoe"}
#: Sources that may validate and calibrate, and are never trained on.
VALIDATION_ONLY = {"kanjicanvas"}
#: Volunteers of each of Omniglot's alphabets, numbered from 1.
_VOLUNTEERS = 10


@dataclass(frozen=True)
class Drawing:
    """One writing of `character`, or of something outside the catalogue (None)."""

    character: str | None
    writer: str
    source: str
    strokes: Strokes


def read(path: Path) -> Iterator[Drawing]:
    """The drawings of a `.jsonl.gz` file, in its order. Strokes lose their times."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            strokes = [np.array(stroke, dtype=np.float32)[:, :2] for stroke in row["strokes"]]
            yield Drawing(row["character"], row["writer"], row["source"], strokes)


def is_held_out(drawing: Drawing, share: float) -> bool:
    """Whether `drawing` is kept for validation: a `share` of writers, or of characters where one wrote them all.

    Decided by names only, so that training and evaluation agree. Of Omniglot's few volunteers it is twice the share,
    the last ones: three of ten at 0.15, none below 0.025.
    """
    if drawing.source in VALIDATION_ONLY:
        return True
    if drawing.source.startswith("omniglot/"):
        return int(drawing.writer.rpartition("-")[2]) > _VOLUNTEERS + 0.5 - 2 * share * _VOLUNTEERS
    name = f"{drawing.writer}{drawing.character}" if drawing.source in SINGLE_WRITER else drawing.writer
    return zlib.crc32(name.encode()) % 1000 < share * 1000
