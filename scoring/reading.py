"""Reads lines in a worker: what each character is read as in context, and alone; a free line is split into attempts."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import redis
from celery.utils.log import get_task_logger

from ml import ink, sandbox
from ml.context.asked import Asked
from scoring import judging, serving, wakeup
from scoring.models import Attempt, Failure, Line

if TYPE_CHECKING:
    from ml.context.reader import Cell

logger = get_task_logger(__name__)

#: Most characters stored as what a character, read alone, could also be.
_ALSO = 3
#: Least ratio of the sides of a free line's writing area.
_STRIP = 2


@dataclass
class _Read:
    """A line as it was read."""

    cells: list[Cell]
    #: The attempts into which it was split, as `Line.add_attempts` takes them; none if they are stored already.
    parts: list[dict[str, Any]] = field(default_factory=list)
    #: Where in its photograph each character is; see `ml.cutting.CutOut`.
    boxes: list[list[float] | None] = field(default_factory=list)


def read(line_id: UUID | str) -> Line | None:
    """Read the line, unless it is read or gone, and split a free one into attempts. None if it wasn't read."""
    line = Line.objects.claim_waiting(line_id)
    if line is None:
        return None
    how = _read_photo if line.image else _read_free if line.ink else _read_cells
    try:
        found = how(line)
        line.direction = _direction(line, found.cells)
        is_mine = line.record(
            found.parts,
            model_version=serving.scorer().version,
            direction=line.direction,
            characters=_characters(line, found),
            remarks=_remarks(line, found.cells),
        )
    except (ink.WritingError, FileNotFoundError) as error:
        line.fail(error.code if isinstance(error, ink.WritingError) else Failure.IMAGE_MISSING)
        _announce(line)
        return None
    except OSError as error:
        logger.warning("The image of line %s can't be read or cut up yet: %s", line.pk, error)
        line.postpone()
        return None
    return line if is_mine else None


def finish(line: Line) -> None:
    """Note that the line is read, and wake the request that waits for it if its attempts are scored, too."""
    if Line.objects.finish([line.pk]):
        _announce(line)


def _announce(line: Line) -> None:
    with suppress(redis.RedisError):  # polling finds it
        wakeup.announce(line.pk)


def _asked(line: Line) -> Asked:
    """What the line was meant to read, with the lookalikes of the catalogue."""
    return Asked(line.text, judging.catalogue.read_if_older(judging.Catalogue.STALE).groups)


def _read_cells(line: Line) -> _Read:
    """The characters of a line whose attempts are stored."""
    strokes = [ink.strokes(cast(Any, attempt.ink)) for attempt in line.attempts.order_by("position")]
    if not strokes:  # deleted meanwhile
        raise ink.WritingError("nothing_written", "Nothing is left of the line.")
    return _Read(serving.reader().read_cells(strokes, line.before, line.after, _asked(line)))


def _read_free(line: Line) -> _Read:
    """The characters of a free line, and the ink of each. Raises WritingError."""
    written = cast(dict[str, Any], line.ink)
    strokes = ink.strokes(written)
    numbers = {id(stroke): number for number, stroke in enumerate(strokes)}
    cells = serving.reader().read_line(strokes, line.before, line.after, _asked(line))
    # Form judges size and place in a square; what a free line's characters were written in is a strip.
    width, height = written["width"], written["height"]
    if line.direction == Line.Direction.HORIZONTAL:
        width = max(width, _STRIP * height)
    else:
        height = max(height, _STRIP * width)
    parts = []
    for cell in cells:
        own = [written["strokes"][number] for number in sorted(numbers[id(stroke)] for stroke in cell.strokes)]
        part = {"width": width, "height": height, "strokes": own}
        ink.check(part)
        parts.append({"ink": part})
    return _Read(cells, parts)


def _read_photo(line: Line) -> _Read:
    """The characters of a photographed line, and the image of each. Raises WritingError or OSError."""
    from ml import cutting  # here: OpenCV is the worker's

    with line.image.open() as file:
        pixels = sandbox.read(file.read(), is_line=True)
    cells = serving.reader().read_photo(pixels, line.before, line.after, _asked(line))
    cut_outs = list(cutting.cut_out(pixels, [cell.strokes for cell in cells]))
    return _Read(cells, [{"photo": one.png} for one in cut_outs], [one.box for one in cut_outs])


def _characters(line: Line, found: _Read) -> list[dict[str, Any]]:
    """What the line stores of its characters."""
    rows = [_character(cell) for cell in found.cells]
    return [{**row, "box": box} for row, box in zip(rows, found.boxes, strict=True)] if found.boxes else rows


def _character(cell: Cell) -> dict[str, Any]:
    """The stored fields of one character, as Line.characters lists them."""
    read, groups = cell.in_context, judging.catalogue.groups
    return {
        "read_as": read.character,
        "alone": cell.alone,
        "alone_confidence": round(cell.alone_probability, 4),
        "alone_also": cell.others(groups)[:_ALSO],
        "confidence": round(read.probabilities.get(read.character, 0.0), 4),
        "word": read.word,
        "decided": cell.decided(groups),
    }


def _direction(line: Line, cells: Sequence[Cell]) -> str:
    """The direction of a line on one surface is that in which its characters stand, whichever was chosen."""
    from ml import evenness  # here: NumPy is the worker's

    if not line.is_whole or len(cells) < 2:
        return line.direction
    is_vertical = evenness.is_vertical(cells[0].strokes, cells[-1].strokes)
    return Line.Direction.VERTICAL if is_vertical else Line.Direction.HORIZONTAL


def _remarks(line: Line, cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """Remarks on the evenness of a line whose sizes can be compared."""
    from ml import evenness  # here: NumPy is the worker's

    if not line.is_whole:
        inks = [cast(dict[str, Any], attempt.ink) for attempt in line.attempts.only("ink")]
        surfaces = {(one["width"], one["height"]) for one in inks}
        if len(surfaces) > 1:
            return []
    text = line.text if len(line.text) == len(cells) else "".join(cell.in_context.character for cell in cells)
    found = evenness.remarks(
        text,
        [cell.strokes for cell in cells],
        is_vertical=line.direction == Line.Direction.VERTICAL,
        is_one_surface=line.is_whole,
    )
    return [asdict(remark) for remark in found]


def score(line: Line) -> bool:
    """Score the attempts of a line that somebody waits for. True if more of the interactive lane may wait."""
    first = line.attempts.filter(status=Attempt.Status.QUEUED).order_by("position").first()
    return judging.score(first.pk) if first else False
