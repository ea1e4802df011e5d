"""Write the limits and shapes that Python defines and the front end shares, as TypeScript."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ml import ink, legibility
from scoring import marks, preview, serializers
from scoring.models import Attempt

SOURCE = Path(settings.BASE_DIR) / "frontend" / "src"
_HEADING = "/** Written by `manage.py write_frontend_limits` from the Python code. Don't edit it. */\n"
_INDENT = "  "
#: Characters; a longer list has one line per item.
_LONGEST_LIST = 90

#: Name, value and comment of a constant.
Constant = tuple[str, Any, str]


class Command(BaseCommand):
    help = "Write the front end's generated files: limits, marks, and the share picture's layout."

    def handle(self, **options: Any) -> None:
        for path, text in files().items():
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"Wrote {path.relative_to(settings.BASE_DIR)}.")


def files() -> dict[Path, str]:
    """The generated files and their text."""
    return {
        SOURCE / "limits.generated.ts": _module(_limits()),
        SOURCE / "marks.generated.ts": _module(_marks()),
        SOURCE / "share" / "picture.generated.ts": _module(_share_picture()),
    }


def _limits() -> list[Constant]:
    return [
        ("MAX_STROKES", ink.MAX_STROKES, "Most strokes of one attempt."),
        ("MAX_POINTS", ink.MAX_POINTS, "Most points of one attempt."),
        ("MAX_LINE_STROKES", ink.MAX_LINE_STROKES, "Most strokes of a line on one paper."),
        ("MAX_LINE_POINTS", ink.MAX_LINE_POINTS, "Most points of a line on one paper."),
        ("MAX_MILLISECONDS", ink.MAX_MILLISECONDS, "Latest time of a point, ms after the first."),
        ("MAX_AGE", serializers.MAX_AGE // timedelta(milliseconds=1), "Oldest attempt that the server accepts, ms."),
        ("BANDS", {band: lowest for lowest, band in legibility.BANDS}, "Lowest legibility of each band, best first."),
        ("EXEMPLARY", Attempt.EXEMPLARY, "Lowest legibility of an exemplar."),
        ("MARKS", marks.thresholds(), "Lowest legibility of each mark, best first."),
        ("MARK_OF_BAND", marks.OF_BAND, "The mark of each band."),
        ("GOOD_FORM", legibility.GOOD_FORM, "Lowest form of an exemplar, if it is judged."),
    ]


def _marks() -> list[Constant]:
    return [
        ("MARK_SIDE", marks.SIDE, "Side of the square that the marks are drawn in."),
        ("MARK_PATHS", {mark: marks.paths(mark) for mark in marks.thresholds()}, "SVG path data of a mark's strokes."),
    ]


def _share_picture() -> list[Constant]:
    return [
        ("WIDTH", preview.WIDTH, "All lengths are px of the picture."),
        ("HEIGHT", preview.HEIGHT, ""),
        ("COLOURS", preview.COLOURS, ""),
        ("PAPER", preview.PAPER._asdict(), ""),
        ("MARK", preview.MARK._asdict(), ""),
        ("REFERENCE", preview.REFERENCE._asdict(), ""),
        ("SCORE", {**_point(preview.SCORE_MIDDLE), "width": preview.SCORE_WIDTH}, "Its middle and greatest width."),
        ("NAME_END", _point(preview.NAME_END), "Right end of the baseline of the site's name."),
        (
            "ADDRESS",
            {**_point(preview.ADDRESS_END), "width": preview.ADDRESS_WIDTH},
            "Right end of the baseline of the site's address, and its greatest width.",
        ),
        ("INK_PEN", preview.INK_PEN, "Widths of the lines."),
        ("MARK_PEN", preview.MARK_PEN, ""),
        ("REFERENCE_PEN", preview.REFERENCE_PEN, ""),
    ]


def _module(constants: list[Constant]) -> str:
    return "\n".join([_HEADING, *(_statement(*constant) for constant in constants), ""])


def _statement(name: str, value: Any, comment: str) -> str:
    return (f"/** {comment} */\n" if comment else "") + f"export const {name} = {_literal(value)}{_suffix(value)};"


def _suffix(value: Any) -> str:
    return " as const" if isinstance(value, dict) else ""


def _literal(value: Any, indent: str = "") -> str:
    """`value` as TypeScript, formatted as Biome does it."""
    if isinstance(value, dict):
        items = [f"{key}: {_literal(item, indent + _INDENT)}" for key, item in value.items()]
        return _lines("{", items, "}", indent)
    text = json.dumps(value)
    if isinstance(value, list) and len(text) > _LONGEST_LIST:
        return _lines("[", [json.dumps(item) for item in value], "]", indent)
    return text


def _lines(opening: str, items: list[str], closing: str, indent: str) -> str:
    return "\n".join([opening, *(f"{indent}{_INDENT}{item}," for item in items), indent + closing])


def _point(point: tuple[float, float]) -> dict[str, float]:
    return dict(zip("xy", point, strict=True))
