"""Words that show how a character is used."""

from collections.abc import Iterable
from typing import Any

import jaconv
from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords

from characters import words
from characters.fields import TextListField
from characters.models.characters import Character, Source
from characters.romaji import word_spellings
from ml.scripts import expected_script

#: Most words that a search looks up.
_SPELT = 40


class WordQuerySet(models.QuerySet["Word"]):
    def load(self, records: Iterable[words.Record], has_new_characters: bool = False) -> int:
        """Add and update the words of `records`; return how many words are new or have changed.

        `has_new_characters` says that characters were added since the words were related to them. Keeps what curators
        have set. Words that the records lack stay: lists may name them.
        """
        known = {word.text: word for word in self.all()}
        added, changed = [], []
        for record in records:
            word = known.get(record.text)
            if word is None:
                added.append(Word(text=record.text, **record.facts()))
            elif differing := word.differing(record):
                for name, value in differing.items():
                    setattr(word, name, value)
                word.modified_at = timezone.now()  # bulk updates don't set it
                changed.append(word)
        Word.objects.bulk_create(added, batch_size=2000)
        Word.objects.bulk_update(changed, [*words.FACTS, "modified_at"], batch_size=500)
        if added or changed or has_new_characters:
            self._link()
        return len(added) + len(changed)

    def kanji_by_reading(self, asked: Iterable[str]) -> dict[str, str]:
        """{reading: kanji of the words with that reading, the most useful word first}; one query.

        `asked`: readings in kana or romaji. Others, and those of one kana, are left out of the result. Long vowels that
        romaji leaves out count only where no word has the reading as it is typed.
        """
        kana = {reading: word_spellings(reading) for reading in asked}
        wanted = {one for spellings in kana.values() for one in spellings if len(spellings[0]) > 1}
        rows = self.filter(is_hidden=False, reading__in=[*wanted, *map(jaconv.hira2kata, wanted)]).order_by("rank")
        found: dict[str, str] = {}
        for reading, text in rows.values_list("reading", "text")[:_SPELT]:
            key = jaconv.kata2hira(reading)
            found[key] = found.get(key, "") + text
        spelt: dict[str, str] = {}
        for reading, spellings in kana.items():
            texts = found.get(spellings[0], "") if spellings else ""
            if texts := texts or "".join(text for key, text in found.items() if key in spellings):
                spelt[reading] = "".join(dict.fromkeys(one for one in texts if one >= "一"))
        return spelt

    def unmeant(self, words: Iterable["Word"], language: str) -> dict[str, list[str]]:
        """{text of each of `words`: other words that may come to mind at its hints, the most useful first}; one query.

        The hints of dictation are the number of characters, their scripts, the reading unless that is the word itself,
        and the meanings in `language`, of which one in common is enough. Words without a level that are less useful
        than the one that is asked for don't come to mind.
        """
        asked = {word: word.hints(language) for word in words}
        readings = models.Q(reading__in={word.reading for word in asked})
        rows = self.filter(readings | models.Q(reading=models.F("text")), is_hidden=False).order_by("rank")
        known = [(other, *other.hints(language)) for other in rows] if asked else []
        return {
            word.text: [
                other.text
                for other, shown_as, means in known
                if other.text != word.text and shown_as == shown and means & meanings
                if other.n_level or other.rank < word.rank
            ]
            for word, (shown, meanings) in asked.items()
        }

    def hide(self, is_hidden: bool) -> int:
        """Hide these words, or show them again; return how many have changed. Each change is in the history."""
        changed = list(self.exclude(is_hidden=is_hidden))
        for word in changed:
            word.is_hidden = is_hidden
            word.save()
        return len(changed)

    def _link(self) -> None:
        """Rebuild the relations of every word to the characters that it contains."""
        pks = dict(self.order_by("rank", "pk").values_list("text", "pk"))
        characters = dict(Character.objects.values_list("literal", "pk"))
        CharacterWord.objects.all().delete()
        CharacterWord.objects.bulk_create(
            (
                CharacterWord(character_id=characters[literal], word_id=pks[text], position=position)
                for literal, texts in words.examples(pks).items()
                if literal in characters
                for position, text in enumerate(texts, 1)
            ),
            batch_size=5000,
        )


class Word(models.Model):
    """A word of the committed list. `rank` orders the words, the most useful first."""

    #: Fields that curators change.
    EDITABLE = ["reading", "meanings_en", "meanings_fr", "is_hidden"]

    text = models.CharField(max_length=16, unique=True)
    reading = models.CharField(max_length=32, help_text="In kana; the text itself if that is in kana")
    meanings_en = TextListField("meanings in English", db_default=[])
    meanings_fr = TextListField("meanings in French", db_default=[])
    n_level = models.PositiveSmallIntegerField(
        "JLPT N level, unofficial", choices=Character.NLevel, null=True, blank=True, db_index=True
    )
    rank = models.PositiveIntegerField(db_index=True, help_text="From 1, the most useful word")
    source = models.CharField(max_length=16, choices=Source, default=Source.EDICT, editable=False)
    is_hidden = models.BooleanField(
        "hidden", default=False, db_default=False, help_text="Hidden words are shown and offered nowhere"
    )
    characters: "models.ManyToManyField[Character, CharacterWord]" = models.ManyToManyField(
        Character, through="CharacterWord", related_name="words"
    )
    modified_at = models.DateTimeField(auto_now=True, db_index=True)

    history = HistoricalRecords(excluded_fields=["modified_at"])
    objects = WordQuerySet.as_manager()

    class Meta:
        ordering = ["rank", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(n_level=None) | models.Q(n_level__range=(1, 5)), name="word_n_level_1_to_5"
            )
        ]

    def __str__(self) -> str:
        return self.text

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the word. Before its first change, record the state that the list gave it, so that it can be undone."""
        if self.pk and not Word.history.filter(id=self.pk).exists():
            Word.history.bulk_history_create(list(Word.objects.filter(pk=self.pk)), default_change_reason="word list")
        super().save(*args, **kwargs)

    def meanings_in(self, language: str) -> list[str]:
        """In French if that is the language and there are any, otherwise in English."""
        return (language.startswith("fr") and self.meanings_fr) or self.meanings_en

    def hints(self, language: str) -> tuple[tuple[int, frozenset[str], str], set[str]]:
        """The hints that dictation gives: length, scripts and reading, and its meanings in `language`."""
        reading = "" if self.reading == self.text else self.reading
        return (len(self.text), frozenset(map(expected_script, self.text)), reading), set(self.meanings_in(language))

    def correct(self) -> None:
        """Record the curator as the source if a reading or meaning differs from the saved row. Call it before saving.

        Hiding a word corrects nothing: loading the list goes on updating its facts. An older state keeps its source.
        """
        row = Word.objects.get(pk=self.pk)
        corrected = any(getattr(self, name) != getattr(row, name) for name in ("reading", "meanings_en", "meanings_fr"))
        if corrected and self.source == row.source:
            self.source = Source.CURATOR

    def differing(self, record: words.Record) -> dict[str, Any]:
        """The facts of `record` that this word lacks; a word that a curator has corrected only takes the rank."""
        facts = {"rank": record.rank} if self.source == Source.CURATOR else record.facts()
        return {name: value for name, value in facts.items() if getattr(self, name) != value}


class CharacterWordQuerySet(models.QuerySet["CharacterWord"]):
    def shown(self, most: int = words.SHOWN) -> "CharacterWordQuerySet":
        """The first words of each character, with a reserve of as many for hidden ones, which are left out."""
        visible = self.filter(word__is_hidden=False, position__lte=2 * most)
        return visible.select_related("word").order_by("position")


class CharacterWord(models.Model):
    """A character that a word contains. `position` orders the words of a character, its best examples first."""

    character = models.ForeignKey(Character, models.CASCADE, related_name="character_words")
    word = models.ForeignKey(Word, models.CASCADE, related_name="character_words")
    position = models.PositiveIntegerField()

    objects = CharacterWordQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint("character", "position", name="one_word_per_position"),
            models.UniqueConstraint("character", "word", name="character_word_once"),
        ]

    def __str__(self) -> str:
        return f"{self.character}: {self.word}"
