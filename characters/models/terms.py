"""The index that the catalogue's search uses."""

from collections.abc import Sequence

from django.db import models

from characters import search


class TermQuerySet(models.QuerySet["Term"]):
    def matching(self, words: Sequence[str]) -> dict[str, dict[int, int]]:
        """Of every word the characters' ids that it finds by a reading, meaning or variant, with how well.

        1 a whole reading, meaning or variant, 2 a reading's beginning or a meaning's word, 3 that word's beginning.
        """
        keys = {word: (search.reading_key(word), search.words(word)) for word in words}
        asked = models.Q(pk=None)
        for word, (reading, meaning) in keys.items():
            if reading:
                asked |= models.Q(key__startswith=reading)
            if meaning:
                asked |= models.Q(kind=Term.Kind.MEANING, key__contains=_beginning(meaning))
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
                    rank = _fit(key, meaning) if meaning else 0
                else:
                    rank = (1 if key == reading else 2 * key.startswith(reading)) if reading else 0
                if rank:
                    ranks[pk] = min(rank, ranks.get(pk, rank))
        return found


def _fit(key: str, meaning: str) -> int:
    if key == meaning:
        return 1
    return 2 if meaning in key else 3 * (_beginning(meaning) in key)


def _beginning(meaning: str) -> str:
    """What a longer word begins with too; a single letter, with which too many do, stands for itself."""
    return meaning.rstrip() if len(meaning.strip()) > 1 else meaning


class Term(models.Model):
    """What a character is found by: a reading or a meaning in the form in which searches compare them. Derived."""

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
