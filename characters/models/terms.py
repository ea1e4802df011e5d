"""The index that the catalogue's search uses."""

from collections.abc import Sequence

from django.db import models

from characters import search


class TermQuerySet(models.QuerySet["Term"]):
    def matching(self, words: Sequence[str]) -> dict[str, dict[int, int]]:
        """{word: {character id: rank}} of the characters that have a matching reading, meaning or variant.

        Rank 1: the word is a whole reading, meaning or variant. Rank 2: it begins a reading or is a word of a meaning.
        Rank 3: it begins a word of a meaning.
        """
        keys = {word: (search.reading_key(word), search.words(word)) for word in words}
        asked = models.Q(pk=None)
        for word, (reading, meaning) in keys.items():
            if reading:
                asked |= models.Q(key__startswith=reading)
            if meaning:
                asked |= models.Q(kind=Term.Kind.MEANING, key__contains=_prefix(meaning))
            if search.literals(word):
                asked |= models.Q(kind=Term.Kind.VARIANT, key__in=list(search.literals(word)))
        terms = list(self.filter(asked).values_list("character_id", "kind", "key"))
        found: dict[str, dict[int, int]] = {}
        for word, (reading, meaning) in keys.items():
            ranks = found[word] = {}
            for pk, kind, key in terms:
                if kind == Term.Kind.VARIANT:
                    rank = 1 if key in search.literals(word) else 0
                elif kind == Term.Kind.MEANING:
                    rank = _meaning_rank(key, meaning) if meaning else 0
                else:
                    rank = (1 if key == reading else 2 * key.startswith(reading)) if reading else 0
                if rank:
                    ranks[pk] = min(rank, ranks.get(pk, rank))
        return found


def _meaning_rank(key: str, meaning: str) -> int:
    """The rank of `meaning` in the term `key`; 0 if it doesn't match."""
    if key == meaning:
        return 1
    return 2 if meaning in key else 3 * (_prefix(meaning) in key)


def _prefix(meaning: str) -> str:
    """`meaning` as the beginning of longer words; a single letter would match too many and stays a whole word."""
    return meaning.rstrip() if len(meaning.strip()) > 1 else meaning


class Term(models.Model):
    """A reading, meaning or variant in the form that searches compare. Derived from the character."""

    class Kind(models.TextChoices):
        ON = "on"
        KUN = "kun"
        NANORI = "nanori"
        MEANING = "meaning"
        VARIANT = "variant"

    character = models.ForeignKey("characters.Character", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=7, choices=Kind)
    key = models.CharField(max_length=300, db_index=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("character", "kind", "key", name="term_once")]

    def __str__(self) -> str:
        return self.key
