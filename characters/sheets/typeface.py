"""The typeface of practice sheets: a subset of Klee One, which `manage.py build_sheet_font` makes."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FONT = Path(__file__).parent / "font" / "KleeOne-subset.ttf"
_GLYPHS = FONT.with_name("glyphs.json")

#: Width of a character that the typeface lacks, em.
_UNKNOWN = 1.0


@cache
def metrics() -> dict[str, Any]:
    """`units` per em; `ascent`, `descent` and `box` in them; `glyphs`: {character: [number in the font, width]}."""
    return json.loads(_GLYPHS.read_text(encoding="utf-8"))


def write(found: dict[str, Any]) -> None:
    """Replace the metrics, one glyph a line."""
    glyphs = ",\n".join(f"{json.dumps(c, ensure_ascii=False)}: {json.dumps(g)}" for c, g in found["glyphs"].items())
    head = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in found.items() if name != "glyphs")
    _GLYPHS.write_text(f'{{\n{head},\n"glyphs": {{\n{glyphs}\n}}\n}}\n', encoding="utf-8")


def has(character: str) -> bool:
    return character in metrics()["glyphs"]


def width(text: str) -> float:
    """The width of `text`, em."""
    known, units = metrics()["glyphs"], metrics()["units"]
    return sum(known[c][1] / units if c in known else _UNKNOWN for c in text)


def shortened(text: str, room: float) -> str:
    """`text`, cut off with an ellipsis where it is wider than `room`, em."""
    if width(text) <= room:
        return text
    while text and width(text + "…") > room:
        text = text[:-1]
    return text.rstrip(" ,・") + "…"
