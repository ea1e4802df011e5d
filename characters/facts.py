"""The values that a character's facts can have, and how curators may type them."""

import re
import unicodedata
from collections.abc import Callable, Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from characters.quoting import quoted
from characters.tables import spreadsheet_fault

#: Fields whose items have no comma in them, so that a comma separates them too.
_JAPANESE = {"on", "kun", "nanori", "components", "variants"}
_SEPARATORS = re.compile("[;；]")
_COMMAS = re.compile("[;；、，,]")
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—−－", "-"))
_ON = re.compile("-?[ァ-ヶー]+-?")
_KUN = re.compile(r"-?[ぁ-ゖー]+(\.[ぁ-ゖー]+)?-?")
_NANORI = re.compile(r"-?[ぁ-ゖー]+(\.[ぁ-ゖー]+)?-?")
_JIS = re.compile(r"([12])-(\d{1,2})-(\d{1,2})")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def items(name: str, line: str) -> list[str]:
    """The items of a line that a curator typed for the list `name`, in order, without duplicates."""
    separators = _COMMAS if name in _JAPANESE else _SEPARATORS
    return list(dict.fromkeys(item for part in separators.split(line) if (item := part.strip())))


def clean(name: str, value: Any, known: Collection[str] = ()) -> Any:
    """The value of fact `name` in its stored form. Items that are already `known` are kept as they are.

    Raises ValidationError with a sentence for the curator.
    """
    if name == "jis":
        return _jis(value)
    if name not in _CLEANERS:
        return value
    return list(dict.fromkeys(item if item in known else _item(name, item) for item in value))


def _item(name: str, item: str) -> str:
    if fault := spreadsheet_fault(item):
        raise ValidationError(fault, "spreadsheet")
    return _CLEANERS[name](item)


def _on(item: str) -> str:
    text = _folded(item)
    if not _ON.fullmatch(text):
        raise ValidationError(
            _("“%(item)s” is not an on reading. Write on readings in katakana, such as ショク.")
            % {"item": quoted(item)},
            "on",
        )
    return text


def _kun(item: str) -> str:
    text = _folded(item)
    if not _KUN.fullmatch(text):
        raise ValidationError(
            _(
                "“%(item)s” is not a kun reading. Write kun readings in hiragana, with one dot before the okurigana, "
                "such as た.べる."
            )
            % {"item": quoted(item)},
            "kun",
        )
    return text


def _nanori(item: str) -> str:
    text = _folded(item)
    if not _NANORI.fullmatch(text):
        raise ValidationError(
            _("“%(item)s” is not a reading in names. Write these readings in hiragana.") % {"item": quoted(item)},
            "nanori",
        )
    return text


def _single(item: str) -> str:
    text = unicodedata.normalize("NFC", _SELECTORS.sub("", item))
    if len(text) != 1 or not text.isalnum():
        raise ValidationError(
            _("“%(item)s” is not a single character. Separate characters by semicolons.") % {"item": quoted(item)},
            "single",
        )
    return text


def _meaning(item: str) -> str:
    return unicodedata.normalize("NFC", item)


def _jis(value: str) -> str:
    text = unicodedata.normalize("NFKC", value).translate(_HYPHENS).strip()
    if not text:
        return ""
    if fault := spreadsheet_fault(text):
        raise ValidationError(fault, "spreadsheet")
    found = _JIS.fullmatch(text)
    if not found or not all(1 <= int(part) <= 94 for part in found.groups()[1:]):
        raise ValidationError(
            _("“%(item)s” is not a JIS code. Write plane, row and cell, such as 1-31-09.") % {"item": quoted(value)},
            "jis",
        )
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"


def _folded(item: str) -> str:
    """`item` in ordinary width, with one kind of hyphen and dot, as an input method may type others."""
    text = unicodedata.normalize("NFKC", item).translate(_HYPHENS)
    return re.sub(r"[・･．。]", ".", text).replace(" ", "")


_CLEANERS: dict[str, Callable[[str], str]] = {
    "on": _on,
    "kun": _kun,
    "nanori": _nanori,
    "components": _single,
    "variants": _single,
    "meanings_en": _meaning,
    "meanings_fr": _meaning,
}
