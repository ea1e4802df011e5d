"""Pages of a practice sheet as SVG."""

from collections import Counter

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from characters.sheets.layout import UPRIGHT, Line, Matrix, Page, Text


def svg(page: Page, name: str, label: str) -> SafeString:
    """`page` as an SVG element of its size on paper. `name` is unique among those of an HTML page."""
    uses = Counter(line.path for line in page.lines)
    repeated = {path: f"{name}-{n}" for n, path in enumerate(path for path, count in uses.items() if count > 1)}
    shared = "".join(f'<path id="{key}" d="{path}"/>' for path, key in repeated.items())
    width, height = _number(page.width), _number(page.height)
    return mark_safe(  # noqa: S308 - paths are only numbers, and texts are escaped
        f'<svg class="worksheet-page" viewBox="0 0 {width} {height}" width="{width}mm" height="{height}mm" role="img" '
        f'aria-label="{escape(label)}"><defs>{shared}</defs>'
        + "".join(_line(line, repeated.get(line.path)) for line in page.lines)
        + "".join(map(_text, page.texts))
        + "</svg>"
    )


def _line(line: Line, shared: str | None) -> str:
    shape = f'<use href="#{shared}"' if shared else f'<path d="{line.path}"'
    dash = f' stroke-dasharray="{_number(line.dash)}"' if line.dash else ""
    return f'{shape} stroke="{_colour(line.grey)}" stroke-width="{_number(line.width)}"{dash}{_matrix(line.matrix)}/>'


def _text(text: Text) -> str:
    size, fill = _number(text.size), _colour(text.grey)
    return f'<text font-size="{size}" fill="{fill}"{_matrix(text.matrix)}>{escape(text.text)}</text>'


def _matrix(matrix: Matrix) -> str:
    return "" if matrix == UPRIGHT else f' transform="matrix({" ".join(map(_number, matrix))})"'


def _colour(grey: float) -> str:
    return f"#{round(grey * 255):02x}" + f"{round(grey * 255):02x}" * 2


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")
