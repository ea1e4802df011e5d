"""Reads the lines of an export: words and sentences, whose characters are attempts."""

import re
import uuid
from typing import IO, Any, cast

from accounts.transfer.importing.archive import chunk
from accounts.transfer.importing.values import Skipped, is_number, parse, read_text, read_time, read_uuid
from ml.context.alphabet import SHAPES
from ml.ink import MAX_LINE_POINTS, MAX_LINE_STROKES, WritingError
from ml.ink import check as check_ink
from ml.strokes import references
from scoring.lines.serializers import unreadable
from scoring.models import MAX_LINE, Line
from scoring.remarks import is_line_remark

_MODEL = re.compile(r"[A-Za-z0-9][\w.+-]{0,39}", re.ASCII)
_DECISIONS = ("", "word", "script", "size")
_MAX_REMARKS, _MAX_ALSO = 10, 10


def own_id(pk: uuid.UUID, user_id: int) -> uuid.UUID:
    """The id of the user's copy of a row that belongs to somebody else here."""
    return uuid.uuid5(pk, str(user_id))


def some_lines(file: IO[bytes], user_id: int) -> tuple[list[Line], list[Skipped | WritingError]] | None:
    """The next lines of lines.jsonl, unsaved, and why others are skipped; None at its end."""
    rows = list(chunk(file))
    if not rows:
        return None
    lines: list[Line] = []
    errors: list[Skipped | WritingError] = []
    for row in rows:
        try:
            lines.append(read_line(parse(row), user_id))
        except (Skipped, WritingError) as error:
            errors.append(error)
    return lines, errors


def read_line(row: Any, user_id: int) -> Line:
    """The unsaved line. Raises Skipped or WritingError."""
    if not isinstance(row, dict):
        raise Skipped
    ink, pen, saw_reference, model = (row.get(key) for key in ("ink", "pen_width", "saw_reference", "model"))
    if ink is not None:
        check_ink(ink, MAX_LINE_STROKES, MAX_LINE_POINTS)
        ink = {key: ink[key] for key in ("width", "height", "strokes")}
    text = read_text(row.get("text"), MAX_LINE)
    characters, remarks = row.get("characters"), row.get("remarks")
    is_sound = (
        row.get("kind") in Line.Kind.values
        and row.get("direction") in Line.Direction.values
        and isinstance(saw_reference, bool)
        and (pen is None or (is_number(pen) and 0 <= pen <= 1000))
        and not unreadable(text)
        and isinstance(characters, list)
        and len(characters) <= MAX_LINE_STROKES
        and isinstance(remarks, list)
        and len(remarks) <= _MAX_REMARKS
        and all(is_line_remark(remark) for remark in remarks)
        and all(max(remark["characters"]) <= len(characters) for remark in remarks)
        and isinstance(model, str)
        and (not model or _MODEL.fullmatch(model))
    )
    if not is_sound:
        raise Skipped
    failure = row.get("failure")
    is_code = isinstance(failure, str) and re.fullmatch("[a-z_]{1,32}", failure)
    is_read = bool(characters) and ink is None
    return Line(
        id=read_uuid(row.get("id")),
        user_id=user_id,
        kind=row["kind"],
        text=text,
        before=read_text(row.get("before"), MAX_LINE),
        after=read_text(row.get("after"), MAX_LINE),
        direction=row["direction"],
        saw_reference=cast(bool, saw_reference),
        pen_width=pen,
        ink=ink,
        written_at=read_time(row.get("written_at")),
        # Not queued, since one file could keep the workers busy for hours.
        status=Line.Status.SCORED if is_read else Line.Status.FAILED,
        failure="" if is_read else cast(str, failure) if is_code else "not_scored",
        model_version=cast(str, model),
        characters=[_character(one) for one in cast(list[Any], characters)],
        remarks=remarks,
    )


def _character(row: Any) -> dict[str, Any]:
    """The fields of one character that `scoring.reading` stores, checked. Raises Skipped."""
    if not isinstance(row, dict):
        raise Skipped
    also, names, box = row.get("alone_also"), ("alone_confidence", "confidence"), row.get("box")
    is_sound = (
        _is_sign(row.get("read_as"))
        and _is_sign(row.get("alone"))
        and isinstance(also, list)
        and len(also) <= _MAX_ALSO
        and all(map(_is_sign, also))
        and all(is_number(row.get(name)) and 0 <= row[name] <= 1 for name in names)
        and row.get("decided") in _DECISIONS
        and (box is None or _is_box(box))
    )
    if not is_sound:
        raise Skipped
    kept = ("read_as", "alone", "alone_confidence", "alone_also", "confidence", "decided")
    place = {} if box is None else {"box": box}
    return {**{name: row[name] for name in kept}, "word": read_text(row.get("word"), MAX_LINE), **place}


def _is_box(value: Any) -> bool:
    """Whether it is the place of a character in a photograph."""
    return isinstance(value, list) and len(value) == 4 and all(is_number(part) and 0 <= part <= 1 for part in value)


def _is_sign(value: Any) -> bool:
    """Whether it is a character that a line can contain."""
    return isinstance(value, str) and (value in references() or value in SHAPES)
