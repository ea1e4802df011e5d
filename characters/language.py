"""Facts about characters in the reader's language."""

import re
import unicodedata

import jaconv
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from characters.catalogue import Radical, nearest, notes, other_form, outside, reasons
from characters.models import Character, Word
from ml.strokes import references

_FROM_CHI, _FROM_TSU = gettext_lazy("ji, from chi"), gettext_lazy("zu, from tsu")
#: Kana that sound like others, with names that tell them apart.
_HOMOPHONES = {"ぢ": _FROM_CHI, "づ": _FROM_TSU, "ヂ": _FROM_CHI, "ヅ": _FROM_TSU}
#: Small kana, whose romaji is that of the large ones.
_SMALL = "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
_DIGITS = [
    gettext_lazy("zero"),
    gettext_lazy("one"),
    gettext_lazy("two"),
    gettext_lazy("three"),
    gettext_lazy("four"),
    gettext_lazy("five"),
    gettext_lazy("six"),
    gettext_lazy("seven"),
    gettext_lazy("eight"),
    gettext_lazy("nine"),
]


def meaning(character: Character) -> str:
    """The first meaning, in French on a French page if one is known; empty on a Japanese page, which shows readings."""
    if get_language() == "ja":
        return ""
    known = (character.meanings_fr if get_language() == "fr" else []) or character.meanings_en
    return str(known[0]) if known else ""


def meanings(character: Character) -> list[tuple[str, str, list[str]]]:
    """(language, title, meanings) for each language with meanings, the reader's language first."""
    known = {
        "en": (_("Meanings in English"), character.meanings_en),
        "fr": (_("Meanings in French"), character.meanings_fr),
    }
    ordered = sorted(known, key=lambda language: language != get_language())
    return [(language, *known[language]) for language in ordered if known[language][1]]


def word_meanings(word: Word) -> tuple[str, list[str]]:
    """(language, meanings) of a word: in French on a French page if any are known, otherwise in English."""
    if get_language() == "fr" and word.meanings_fr:
        return "fr", word.meanings_fr
    return "en", word.meanings_en


def reason(sentence: str) -> tuple[str, str]:
    """(language, sentence): a lookalike group's reason, translated where the translation is known."""
    language = get_language() or "en"
    known = reasons().get(sentence, {}).get(language)
    return (language, known) if known else ("en", sentence)


def accepted_note(note: str) -> tuple[str, str]:
    """(language, note): a note on an accepted stroke order or variant, translated where the translation is known.

    A shipped note may have several parts, each with its component: "vertical stroke last (王); dot third (必)".
    """
    language = get_language() or "en"
    parts = [re.fullmatch(r"(.+?)( \(.\))?", part) for part in note.split("; ")]
    known = [(notes().get(part[1], {}).get(language), part[2] or "") for part in parts if part]
    if len(known) < len(parts) or not all(translation for translation, _ in known):
        return "en", note
    return language, "; ".join(f"{translation}{component}" for translation, component in known)


def outside_sentence(literal: str) -> str:
    """A sentence about a character that the catalogue lacks, with its form there or the most similar characters.

    Empty for any other text.
    """
    joyo = outside().get(literal)
    form, near = (joyo.form if joyo else "") or other_form(literal), nearest(literal)
    if literal in references() or not (joyo or form or near):
        return ""
    values = {"literal": literal, "form": form, "near": " ".join(near)}
    if joyo and joyo.form:
        return _("%(literal)s is a jōyō kanji that isn’t in the catalogue. Its JIS form %(form)s is.") % values
    if joyo and form:
        return _("%(literal)s is a jōyō kanji that isn’t in the catalogue. Its other form %(form)s is.") % values
    if form:
        return _("%(literal)s is another form of %(form)s, which is the one in the catalogue.") % values
    if joyo and not near:
        return _("%(literal)s is a jōyō kanji that isn’t in the catalogue.") % values
    if joyo:
        return _("%(literal)s is a jōyō kanji that isn’t in the catalogue. Nearest to it: %(near)s.") % values
    return _("%(literal)s isn’t in the catalogue. Nearest to it: %(near)s.") % values


#: Names of a radical that a page shows at most.
_RADICAL_NAMES = 3


def radical_name(radical: Radical) -> str:
    """The radical's names in the active language: Japanese, French, or Unicode's English one."""
    language = get_language()
    if language == "ja":
        return "・".join(radical.names_ja[:_RADICAL_NAMES])
    return ", ".join(radical.names_fr) if language == "fr" else radical.name


def short_name(character: Character) -> str:
    """A name for a character without readings, in the active language; empty for kanji.

    A kana's romaji, "capital" or "small letter", or a digit as a word.
    """
    literal = character.literal
    if character.script in (Character.Script.HIRAGANA, Character.Script.KATAKANA):
        name = unicodedata.name(literal)
        if literal in _SMALL:
            return _("small %(kana)s") % {"kana": jaconv.kana2alphabet(jaconv.kata2hira(_large(literal)))}
        if literal in _HOMOPHONES:
            return str(_HOMOPHONES[literal])
        return _("long vowel") if "PROLONGED" in name else str(jaconv.kana2alphabet(jaconv.kata2hira(literal)))
    if character.script == Character.Script.LATIN:
        return _("capital") if literal.isupper() else _("small letter")
    return str(_DIGITS[int(literal)]) if literal.isdigit() else ""


def _large(literal: str) -> str:
    return unicodedata.lookup(unicodedata.name(literal).replace("SMALL ", ""))
