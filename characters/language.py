"""What a page says of a character in its reader's language."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from characters.catalogue import Radical, reasons
from characters.models import Character


def meaning(character: Character) -> str:
    """The first meaning, in French where the page is and one is known; none on a Japanese page, which has readings."""
    if get_language() == "ja":
        return ""
    known = (character.meanings_fr if get_language() == "fr" else []) or character.meanings_en
    return str(known[0]) if known else ""


def meanings(character: Character) -> list[tuple[str, str, list[str]]]:
    """Language, title and meanings, those in the reader's language first."""
    known = {
        "en": (_("Meanings in English"), character.meanings_en),
        "fr": (_("Meanings in French"), character.meanings_fr),
    }
    ordered = sorted(known, key=lambda language: language != get_language())
    return [(language, *known[language]) for language in ordered if known[language][1]]


def reason(sentence: str) -> tuple[str, str]:
    """The language and the sentence in it: the reader's, or English where a curator has written another."""
    language = get_language() or "en"
    known = reasons().get(sentence, {}).get(language)
    return (language, known) if known else ("en", sentence)


def called(radical: Radical) -> str:
    """Its Japanese names on a Japanese page, empty if it has none; else Unicode's, which is English."""
    return "・".join(radical.names_ja) if get_language() == "ja" else radical.name
