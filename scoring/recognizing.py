"""The worker's side of recognitions: from a question to its answer, without storing anything."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError

from ml import ink
from ml.result import alone_also
from scoring import questions, serving
from scoring.judging import Catalogue, catalogue

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ml.context.reader import Cell
    from ml.strokes import Strokes

#: Most candidates of one character of a line.
_CANDIDATES = 10


def answer(name: str) -> None:
    """Answer the question of this name, unless nobody waits for the answer any more. Raises redis.RedisError."""
    question = questions.take(name)
    if question is None:
        return
    try:
        found = recognize(question)
    except ink.WritingError as error:
        found = {"refusal": [error.code, str(error), error.positions]}
    questions.answer(name, found)


def recognize(question: dict[str, Any]) -> dict[str, Any]:
    """The answer to a question: the validated fields of a request, of which `photo` holds an image's ink.

    Raises WritingError if a photo can't be read.
    """
    with suppress(DatabaseError):  # the groups stay as they are
        catalogue.read_if_older(Catalogue.STALE)
    around = question["before"], question["after"]
    if "cells" in question:
        cells = [ink.strokes(cell) for cell in question["cells"]]
        return _as_line(serving.reader().read_cells(cells, *around), cells, [None] * len(cells))
    if "line" in question:
        strokes = ink.strokes(question["line"])
        read = serving.reader().read_line(strokes, *around)
        return _as_line(read, [strokes] * len(read), [None] * len(read))
    if question.get("is_line"):
        from ml.cutting import cut_out  # here: the web process imports this module too

        pixels = _pixels(question["photo"])
        read = serving.reader().read_photo(pixels, *around)
        boxes = [one.box for one in cut_out(pixels, [cell.strokes for cell in read])]
        return _as_line(read, [[]] * len(read), boxes)
    targets = question["targets"]
    alone, *expected = serving.scorer().score_for(
        _image(question), [None, *targets], catalogue.groups, question["scripts"], around
    )
    candidates = [asdict(candidate) for candidate in alone.candidates]
    return {
        "known": alone.known,
        "candidates": candidates,
        "alone_also": alone_also(candidates, None),
        "excluded": asdict(alone.excluded) if alone.excluded else None,
        "targets": [
            {"target": target, "legibility": result.legibility, "misread_as": result.misread_as}
            for target, result in zip(targets, expected, strict=True)
        ],
        "model": alone.model_version,
    }


def _image(question: dict[str, Any]) -> NDArray[np.uint8]:
    """The question's ink or photo as the network sees it."""
    from ml import raster  # here: the web process imports this module too

    if "ink" in question:
        return raster.ink_image(ink.strokes(question["ink"]))
    return raster.photo_image(_pixels(question["photo"]))


def _pixels(photo: dict[str, Any]) -> NDArray[np.uint8]:
    """An image's ink, as `ml.photo.read` returns it."""
    import numpy as np

    return np.frombuffer(b64decode(photo["pixels"]), np.uint8).reshape(photo["shape"])


def _as_line(read: Sequence[Cell], written: Sequence[Strokes], boxes: Sequence[list[float] | None]) -> dict[str, Any]:
    """The answer for a line. `written`: the strokes among which those of each character are counted; `boxes`: where
    each is in a photograph.
    """
    return {
        "read_as": "".join(cell.in_context.character for cell in read),
        "read_alone": "".join(cell.alone for cell in read),
        "characters": [
            {"position": position, **_as_character(cell, strokes), "box": box}
            for position, (cell, strokes, box) in enumerate(zip(read, written, boxes, strict=True), 1)
        ],
        "model": serving.scorer().version,
    }


def _as_character(cell: Cell, written: Strokes) -> dict[str, Any]:
    own = {id(stroke) for stroke in cell.strokes}
    probabilities = cell.in_context.probabilities
    likeliest = sorted(probabilities, key=lambda character: -probabilities[character])[:_CANDIDATES]
    return {
        "strokes": [number for number, stroke in enumerate(written, 1) if id(stroke) in own],
        "read_as": cell.in_context.character,
        "confidence": round(probabilities[cell.in_context.character], 4),
        "alone": cell.alone,
        "alone_confidence": round(cell.alone_probability, 4),
        "candidates": [{"character": each, "confidence": round(probabilities[each], 4)} for each in likeliest],
        "word": cell.in_context.word,
        "decided": cell.decided(catalogue.groups),
    }
