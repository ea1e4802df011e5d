"""The index that the catalogue's search uses."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import IntEnum
from itertools import accumulate
from typing import TYPE_CHECKING

from django.db import models

from characters import meanings, romaji, search
from characters.catalogue import glyphs_of_component

if TYPE_CHECKING:
    from characters.models.characters import Character

#: Most suggestions for one word.
_SUGGESTIONS = 3
#: Fewest letters of a word that suggestions are looked up for, and the lowest similarity of a suggestion, 0 to 1.
_MIN_LENGTH, _SIMILAR = 3, 0.7
#: Most keys that are compared to a word that matches nothing.
_COMPARED = 3000


class Rank(IntEnum):
    """How well a character matches a word; lower is better."""

    NAMED = 0
    SOUND = 1
    WHOLE = 2
    IN_WORD = 3
    BEGINNING = 4
    PREFIX = 5
    RADICAL = 6


class TermQuerySet(models.QuerySet["Term"]):
    def matching(self, words: Sequence[str]) -> dict[str, dict[int, int]]:
        """{word: {character id: rank}} of the characters that have a matching reading, meaning, variant or component.

        WHOLE: the word is a whole reading, meaning or variant, or names all components. BEGINNING: it begins a reading,
        is a word of a meaning, or names some of the components. PREFIX: it begins a word of a meaning.
        """
        asked = {word: _Asked(word) for word in words}
        condition = models.Q(pk__in=[])
        for one in asked.values():
            condition |= one.condition()
        terms = list(self.filter(condition).values_list("character_id", "kind", "key"))
        return {word: one.ranks(terms) for word, one in asked.items()}

    def stale(self, characters: Iterable["Character"]) -> list[int]:
        """Primary keys of those of `characters` whose terms a change of the code, or a bulk import, has left behind."""
        known: dict[int, set[tuple[str, str]]] = defaultdict(set)
        for pk, kind, key in self.values_list("character_id", "kind", "key"):
            known[pk].add((kind, key))
        return [character.pk for character in characters if set(character.term_keys()) != known[character.pk]]

    def close_to(self, word: str) -> list[str]:
        """What may have been meant by a word that matches nothing; at most two queries.

        The longest beginning of a reading that it begins with, or else words of meanings that are spelt like it.
        """
        return self._beginning_of(romaji.reading_key(word)) or self._words_like(meanings.words(word).strip())

    def _words_like(self, folded: str) -> list[str]:
        if len(folded) < _MIN_LENGTH or " " in folded:
            return []
        keys = self.filter(kind=Term.Kind.MEANING, key__contains=f" {folded[0]}").values_list("key", flat=True)
        similar = {
            one
            for key in keys[:_COMPARED].iterator()
            for one in key.split()
            if one[0] == folded[0] and abs(len(one) - len(folded)) <= 2
        }
        return difflib.get_close_matches(folded, sorted(similar), _SUGGESTIONS, _SIMILAR)

    def _beginning_of(self, kana: str) -> list[str]:
        if not kana:
            return []
        keys = self.filter(kind__in=Term.READINGS, key__startswith=kana[0]).values_list("key", flat=True)
        begun = {key[:length] for key in keys[:_COMPARED] for length in range(1, len(kana))}
        longest = max((one for one in accumulate(kana) if one in begun), key=len, default="")
        return [longest] if 2 * len(longest) >= len(kana) else []


class _Asked:
    """The conditions and ranks of one word of a search."""

    def __init__(self, word: str) -> None:
        self.reading, self.meaning = romaji.reading_key(word), meanings.words(word)
        self.literals = search.literals(word)
        #: For each component, the glyphs that count as it.
        self.components = [glyphs_of_component(part) for part in search.components(word)]

    def condition(self) -> models.Q:
        asked = models.Q(pk__in=[])
        if self.reading:
            asked |= models.Q(kind__in=Term.READINGS, key__startswith=self.reading)
        if self.meaning:
            asked |= models.Q(kind=Term.Kind.MEANING, key__contains=_prefix(self.meaning))
        if self.literals:
            asked |= models.Q(kind=Term.Kind.VARIANT, key__in=list(self.literals))
        if self.components:
            first = Term.objects.filter(kind=Term.Kind.PART, key__in=sorted(self.components[0]))
            asked |= models.Q(kind=Term.Kind.PART, character__in=first.values("character"))
        return asked

    def ranks(self, terms: Sequence[tuple[int, str, str]]) -> dict[int, int]:
        """{character id: rank} of the characters that match, from terms that may also fit other words."""
        ranks: dict[int, int] = {}
        parts: dict[int, set[str]] = {}
        for pk, kind, key in terms:
            if kind == Term.Kind.PART:
                parts.setdefault(pk, set()).add(key)
            elif rank := self._rank(kind, key):
                ranks[pk] = min(rank, ranks.get(pk, rank))
        if self.components:
            for pk, keys in parts.items():
                if all(keys & glyphs for glyphs in self.components):
                    is_all = len(keys) == len(self.components) + 1  # its own character counts as a component too
                    rank = Rank.WHOLE if is_all else Rank.BEGINNING
                    ranks[pk] = min(rank, ranks.get(pk, rank))
        return ranks

    def _rank(self, kind: str, key: str) -> int:
        """The rank of one term; 0 if it doesn't match."""
        if kind == Term.Kind.VARIANT:
            return Rank.WHOLE if key in self.literals else 0
        if kind == Term.Kind.MEANING:
            return _meaning_rank(key, self.meaning) if self.meaning else 0
        if not self.reading or not key.startswith(self.reading):
            return 0
        return Rank.WHOLE if key == self.reading else Rank.BEGINNING


def _meaning_rank(key: str, meaning: str) -> int:
    """The rank of `meaning` in the term `key`; 0 if it doesn't match."""
    if key == meaning:
        return Rank.WHOLE
    return Rank.BEGINNING if meaning in key else Rank.PREFIX * (_prefix(meaning) in key)


def _prefix(meaning: str) -> str:
    """`meaning` as the beginning of longer words; a single letter would match too many and stays a whole word."""
    return meaning.rstrip() if len(meaning.strip()) > 1 else meaning


class Term(models.Model):
    """A reading, meaning, variant or component in the form that searches compare. Derived from the character."""

    class Kind(models.TextChoices):
        ON = "on"
        KUN = "kun"
        NANORI = "nanori"
        MEANING = "meaning"
        VARIANT = "variant"
        PART = "part"

    READINGS = [Kind.ON, Kind.KUN, Kind.NANORI]

    character = models.ForeignKey("characters.Character", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=7, choices=Kind)
    key = models.CharField(max_length=300)

    objects = TermQuerySet.as_manager()

    class Meta:
        # In this order its index also serves searches, which look through the keys of some kinds.
        constraints = [models.UniqueConstraint("kind", "key", "character", name="term_once")]

    def __str__(self) -> str:
        return self.key
