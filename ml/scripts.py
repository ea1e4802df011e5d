"""Scripts: what a writer may say about a writing before it is read, so that only those characters compete."""

from collections.abc import Iterable
from functools import cache

from ml.strokes import references

#: Names that stand for many characters: the families that share no writer's mind, then the scripts in them.
SCRIPTS = {
    "kana": ("hiragana", "katakana"),
    "kanji": ("kanji",),
    "alphanumeric": ("latin", "digit"),
    "hiragana": ("hiragana",),
    "katakana": ("katakana",),
    "latin": ("latin",),
    "digit": ("digit",),
}
FAMILIES = ("kana", "kanji", "alphanumeric")


def script(character: str) -> str:
    """hiragana, katakana, kanji, latin or digit: the script of a catalogue character."""
    if character.isdigit():
        return "digit"
    if character.isascii():
        return "latin"
    if character >= "一":
        return "kanji"
    return "hiragana" if character < "ァ" else "katakana"


def family(character: str) -> str:
    """The one of FAMILIES that a catalogue character belongs to."""
    return next(name for name in FAMILIES if script(character) in SCRIPTS[name])


def expected_with(character: str) -> str:
    """The script that a reader of `character` expects around it; Latin letters and digits, which stand together, are
    one.
    """
    return "alphanumeric" if character.isascii() else script(character)


def is_choice(name: str) -> bool:
    """Whether `name` is one of SCRIPTS or a catalogue character."""
    return name in SCRIPTS or name in references()


def characters_of(names: Iterable[str]) -> frozenset[str]:
    """The characters that `names`, of SCRIPTS or characters themselves, stand for; all of the catalogue for none."""
    return frozenset().union(*map(_members, names)) or frozenset(references())


@cache
def _members(name: str) -> frozenset[str]:
    return frozenset(c for c in references() if script(c) in SCRIPTS[name]) if name in SCRIPTS else frozenset(name)
