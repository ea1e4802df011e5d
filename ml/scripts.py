"""Scripts, and the names by which a caller limits which characters compete."""

from collections.abc import Iterable
from functools import cache

from ml.strokes import references

#: Names of sets of characters, and the scripts in each.
SCRIPTS = {
    "kana": ("hiragana", "katakana"),
    "kanji": ("kanji",),
    "alphanumeric": ("latin", "digit"),
    "hiragana": ("hiragana",),
    "katakana": ("katakana",),
    "latin": ("latin",),
    "digit": ("digit",),
}
#: The names that together hold every character once, as the writing page offers them.
FAMILIES = ("kana", "kanji", "alphanumeric")


def script(character: str) -> str:
    """The script of a catalogue character: hiragana, katakana, kanji, latin or digit."""
    if character.isdigit():
        return "digit"
    if character.isascii():
        return "latin"
    if character >= "一":
        return "kanji"
    return "hiragana" if character < "ァ" else "katakana"


def family(character: str) -> str:
    """The one of FAMILIES that holds a catalogue character."""
    return next(name for name in FAMILIES if script(character) in SCRIPTS[name])


def expected_script(character: str) -> str:
    """The script that a reader of `character` expects: Latin letters and digits, which occur together, count as one."""
    return "alphanumeric" if character.isascii() else script(character)


def is_choice(name: str) -> bool:
    """True if `name` is one of SCRIPTS or a catalogue character."""
    return name in SCRIPTS or name in references()


def characters_of(names: Iterable[str]) -> frozenset[str]:
    """The union of `names`, each one of SCRIPTS or a catalogue character; the whole catalogue if there are none."""
    return frozenset().union(*map(_members, names)) or frozenset(references())


@cache
def _members(name: str) -> frozenset[str]:
    return frozenset(c for c in references() if script(c) in SCRIPTS[name]) if name in SCRIPTS else frozenset(name)
