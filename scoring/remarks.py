"""Remarks on strokes as sentences."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ml.ink import MAX_STROKES

#: Sentences by code, or by code and `where`. `own`: number of a written stroke; `nth`: of the reference's; `last`: the
#: last of several.
_SENTENCES = {
    "missing": gettext_noop("Stroke %(nth)s is missing."),
    "extra": gettext_noop("Your stroke %(own)s is extra."),
    "shape": gettext_noop("Your stroke %(own)s doesn’t match the shape of stroke %(nth)s."),
    "joined": gettext_noop("Lift the pen between strokes %(nth)s and %(last)s."),
    "split": gettext_noop("Write stroke %(nth)s without lifting the pen."),
    "order": gettext_noop("Stroke order: stroke %(own)s should be stroke %(nth)s."),
    "order_of_many": gettext_noop("Many strokes are out of order. Start at the top, with stroke 1."),
    "direction_of_many": gettext_noop(
        "Many strokes go the wrong way. Most go from left to right or from top to bottom."
    ),
    "direction right": gettext_noop("Write stroke %(nth)s from left to right."),
    "direction left": gettext_noop("Write stroke %(nth)s from right to left."),
    "direction down": gettext_noop("Write stroke %(nth)s downwards."),
    "direction up": gettext_noop("Write stroke %(nth)s upwards."),
    "part_small left": gettext_noop("The left part is too narrow."),
    "part_small right": gettext_noop("The right part is too narrow."),
    "part_small top": gettext_noop("The upper part is too short."),
    "part_small bottom": gettext_noop("The lower part is too short."),
    "part_large left": gettext_noop("The left part is too wide."),
    "part_large right": gettext_noop("The right part is too wide."),
    "part_large top": gettext_noop("The upper part is too tall."),
    "part_large bottom": gettext_noop("The lower part is too tall."),
    "parts_apart": gettext_noop("The parts are too far apart."),
    "parts_close": gettext_noop("The parts are too close together."),
    "place left": gettext_noop("Stroke %(nth)s is too far to the left."),
    "place right": gettext_noop("Stroke %(nth)s is too far to the right."),
    "place up": gettext_noop("Stroke %(nth)s is too high."),
    "place down": gettext_noop("Stroke %(nth)s is too low."),
    "long": gettext_noop("Stroke %(nth)s is too long."),
    "short": gettext_noop("Stroke %(nth)s is too short."),
    "small": gettext_noop("Write it larger: it fills less than a third of the square."),
    "off_centre left": gettext_noop("It is too far to the left. Write it in the middle of the square."),
    "off_centre right": gettext_noop("It is too far to the right. Write it in the middle of the square."),
    "off_centre up": gettext_noop("It is too high. Write it in the middle of the square."),
    "off_centre down": gettext_noop("It is too low. Write it in the middle of the square."),
    "narrow": gettext_noop("The character is too narrow for its height."),
    "flat": gettext_noop("The character is too wide for its height."),
    "too_large": gettext_noop("This is a small kana. Write it smaller."),
    "too_small": gettext_noop("At this size it is a different kana. Write it larger."),
    "end_hook": gettext_noop("In the school form, stroke %(nth)s ends with a hook (hane)."),
    "end_stop": gettext_noop("In the school form, stroke %(nth)s ends with a stop (tome)."),
    "end_sweep": gettext_noop("In the school form, stroke %(nth)s ends with a sweep (harai)."),
}

#: The codes of remarks, and what `where` can be.
CODES = list(dict.fromkeys(key.split()[0] for key in _SENTENCES))
PLACES = list(dict.fromkeys(where for key in _SENTENCES for where in key.split()[1:]))


#: Sentences on a line's evenness. `first` and `last`: its characters, with their numbers.
_ON_LINES = {
    "too_large": gettext_noop("%(first)s is larger than the rest."),
    "too_small": gettext_noop("%(first)s is smaller than the rest."),
    "too_high": gettext_noop("%(first)s is too high in the line."),
    "too_low": gettext_noop("%(first)s is too low in the line."),
    "too_left": gettext_noop("%(first)s is too far to the left in the line."),
    "too_right": gettext_noop("%(first)s is too far to the right in the line."),
    "too_close": gettext_noop("%(first)s and %(last)s are too close together."),
    "too_far": gettext_noop("%(first)s and %(last)s are too far apart."),
}


def line_text(remark: dict[str, Any], literals: str) -> str:
    """The sentence for a remark of a line whose characters are `literals`, in the active language."""
    named = [f"{literals[number - 1]} ({number})" for number in remark["characters"]]
    return _(_ON_LINES[remark["code"]]) % {"first": named[0], "last": named[-1]}


def is_line_remark(remark: Any) -> bool:
    """Whether there is a sentence for a remark of a line, which an imported file may have made up."""
    return (
        isinstance(remark, dict)
        and set(remark) == {"code", "characters"}
        and isinstance(remark["code"], str)
        and remark["code"] in _ON_LINES
        and are_strokes(remark["characters"])
        and bool(remark["characters"])
    )


def text(remark: dict[str, Any]) -> str:
    """The sentence for a remark of a Score, in the active language."""
    own, reference = remark["strokes"], remark["reference"]
    numbers = {
        "own": own[0] if own else "",
        "nth": reference[0] if reference else "",
        "last": reference[-1] if reference else "",
    }
    return _(_SENTENCES[f"{remark['code']} {remark['where']}".strip()]) % numbers


def is_remark(remark: Any) -> bool:
    """Whether there is a sentence for a remark, which an imported file may have made up."""
    return (
        isinstance(remark, dict)
        and set(remark) == {"code", "strokes", "reference", "where"}
        and f"{remark['code']} {remark['where']}".strip() in _SENTENCES
        and all(are_strokes(remark[name]) for name in ("strokes", "reference"))
    )


def are_strokes(numbers: Any) -> bool:
    """Whether `numbers` is a list of numbers of strokes, from 1."""
    return (
        isinstance(numbers, list)
        and len(numbers) <= MAX_STROKES
        and all(type(n) is int and 0 < n <= MAX_STROKES for n in numbers)
    )
