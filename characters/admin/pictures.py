"""SVG pictures of characters and ink for the admin, in the text's colour."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from characters.drawing import ink_paths, reference_paths, stroke_starts, variant_paths, variant_starts
from characters.fields import joined
from ml.strokes import references as strokes

#: Smallest side of a numbered reference that can be replayed, in CSS pixels.
REPLAYED = 240
#: viewBox of a reference, with a margin for the round ends of its strokes.
_SQUARE = "-3 -3 115 115"


def reference(literal: str, side: int = 48, highlighted: Collection[int] = ()) -> SafeString:
    """The reference strokes of one character, those with `highlighted` numbers in red; `side` in CSS pixels."""
    label = _("%(character)s, reference strokes") % {"character": literal}
    return _svg(_SQUARE, side, side, 4, reference_paths(literal), label, highlighted=highlighted)


def references(literals: str, side: int = 48, highlighted: Mapping[str, Collection[int]] | None = None) -> SafeString:
    """The reference strokes of those `literals` that the catalogue has; an invalid form may hold others.

    `highlighted`: {literal: numbers of its strokes in red}.
    """
    red = highlighted or {}
    known = (one for one in literals if one in strokes())
    return format_html_join("", "{}", ((reference(one, side, red.get(one, ())),) for one in known))


def stroke_orders(literals: str, side: int = 140) -> SafeString:
    """The numbered references of those `literals` that the catalogue has."""
    known = (one for one in literals if one in strokes())
    return format_html_join("", "{}", ((stroke_order(one, side=side),) for one in known))


def stroke_order(literal: str, order: Sequence[str] | None = None, side: int = 220) -> SafeString:
    """The reference with a number at the start of each stroke; `order` lists the strokes, from 1, as written."""
    starts = stroke_starts(literal)
    order = order or [str(number) for number in range(1, len(starts) + 1)]
    labels = ((*starts[int(stroke) - 1], number) for number, stroke in enumerate(order, 1))
    numbers = format_html_join("", '<text x="{}" y="{}">{}</text>', labels)
    label = _("%(character)s, strokes in the order %(order)s") % {"character": literal, "order": joined(list(order))}
    return _svg(_SQUARE, side, side, 4, reference_paths(literal), label, numbers, is_replayed=side >= REPLAYED)


def variant(strokes: str, side: int = 160) -> SafeString:
    """A variant's `strokes`, text as in `ml.strokes`, with a number at the start of each."""
    starts = ((*start, number) for number, start in enumerate(variant_starts(strokes), 1))
    numbers = format_html_join("", '<text x="{}" y="{}">{}</text>', starts)
    return _svg(_SQUARE, side, side, 4, variant_paths(strokes), _("The variant"), numbers)


def numbered_ink(ink: dict[str, Any], side: int = 240) -> SafeString:
    """The ink of an attempt in a square as large as a reference's, with stroke numbers; a script can replay it."""
    scale = 109 / max(ink["width"], ink["height"])
    strokes = [[(x * scale, y * scale, *rest) for x, y, *rest in stroke] for stroke in ink["strokes"]]
    numbers = format_html_join(
        "",
        '<text x="{}" y="{}">{}</text>',
        ((round(stroke[0][0], 1), round(stroke[0][1], 1), number) for number, stroke in enumerate(strokes, 1)),
    )
    return _svg(_SQUARE, side, side, 3, ink_paths({"strokes": strokes}), _("The attempt"), numbers, is_replayed=True)


def ink(ink: dict[str, Any], side: int = 120) -> SafeString:
    """The ink of an attempt; `side` is the length of the longer edge in CSS pixels."""
    width, height = ink["width"], ink["height"]
    scale = side / max(width, height)
    box = f"0 0 {width} {height}"
    return _svg(box, round(width * scale), round(height * scale), 4 / scale, ink_paths(ink), _("The attempt"))


def _svg(
    box: str,
    width: int,
    height: int,
    pen: float,
    paths: Sequence[str],
    label: str,
    numbers: SafeString | str = "",
    highlighted: Collection[int] = (),
    is_replayed: bool = False,
) -> SafeString:
    """A picture of `paths`; `is_replayed`: with a button that draws them one after the other."""
    classes = ("highlighted" if number in highlighted else "" for number in range(1, len(paths) + 1))
    return format_html(
        '<svg class="drawing"{} role="img" aria-label="{}" viewBox="{}" width="{}" height="{}" stroke-width="{}">'
        "{}{}</svg>",
        SafeString(" data-replay") if is_replayed else "",
        label,
        box,
        width,
        height,
        round(pen, 1),
        format_html_join("", '<path class="{}" d="{}"/>', zip(classes, paths, strict=True)),
        numbers,
    )
