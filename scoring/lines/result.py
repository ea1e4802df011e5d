"""The result of a line, as its writer sees it: how each character was read, what decided it, and the score."""

from typing import Any, cast

from django.utils.translation import gettext as _

from ml.context.alphabet import shapes
from scoring import remarks
from scoring.models import Attempt, Line, Score


def characters_of(line: Line) -> list[tuple[int, str | None, Attempt | None]]:
    """(position from 1, character asked for, attempt) of each character of the line.

    The character is None if the line isn't known to have as many as were asked for; the attempt, if there is none.
    """
    attempts = {cast(int, attempt.position): attempt for attempt in line.attempts.all()}
    count = max(len(line.characters), *attempts, len(line.text) if line.status == Line.Status.QUEUED else 0, 0)
    is_meant = len(line.text) == count
    return [
        (position, line.text[position - 1] if is_meant else None, attempts.get(position))
        for position in range(1, count + 1)
    ]


def legibility(line: Line) -> int | None:
    """The mean legibility, 0 to 100, of its characters; None without a text, or while one of them has no score."""
    found = [legibility_of(character, attempt) for _n, character, attempt in characters_of(line) if character]
    scores = [score for score in found if score is not None]
    return sum(scores) // len(scores) if scores and len(scores) == len(found) else None


def remarks_on(line: Line) -> list[dict[str, Any]]:
    """The line's remarks, each with its sentence as `text`."""
    literals = line.text if len(line.text) == len(line.characters) else line.read_as
    return [{**remark, "text": remarks.line_text(remark, literals)} for remark in line.remarks]


def legibility_of(character: str, attempt: Attempt | None) -> int | None:
    """The score, 0 to 100, of a line's character that was meant as `character`; None while it has none."""
    score: Score | None = attempt.newest_score if attempt else None
    if attempt is None or score is None:
        return None
    if attempt.target:
        return attempt.legibility
    own = set(shapes(character))
    found = [c["legibility"] for c in score.candidates if own & {c["character"], *c["lookalikes"]}]
    return max(found, default=0)


def explanation(read: dict[str, Any]) -> str:
    """What decided how a line's character was read, as a sentence in the active language; empty if nothing had to."""
    values = {
        "character": read.get("read_as"),
        "word": read.get("word"),
        "others": _(", ").join(read.get("alone_also", [])),
    }
    match read.get("decided"):
        case "word":
            return _("In %(word)s this is read as %(character)s. Alone it could also be %(others)s.") % values
        case "script":
            text = _("Next to these neighbours this is read as %(character)s. Alone it could also be %(others)s.")
            return text % values
        case "size":
            return _("Its size and the characters around it make this %(character)s.") % values
        case _:
            return ""
