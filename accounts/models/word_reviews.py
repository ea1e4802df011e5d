"""The words that a learner practises, and those that come next."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from django.db import models

from accounts.models.memory import Memory, MemoryQuerySet
from accounts.models.users import User
from characters.models import Character, CharacterWord, Word
from ml.context.alphabet import SHAPES
from ml.strokes import references

#: Lengths of the words that are offered.
_SHORTEST, _LONGEST = 2, 8


def is_writable(word: Word) -> bool:
    """Whether the word can be offered: all of its characters can be read."""
    return _SHORTEST <= len(word.text) <= _LONGEST and all(c in references() or c in SHAPES for c in word.text)


def has_only(text: str, characters: str) -> bool:
    """Whether a word has kanji, and all of them are among `characters`."""
    kanji = {sign for sign in text if sign >= "一" and sign in references()}
    return bool(kanji) and kanji <= set(characters)


class WordReviewQuerySet(MemoryQuerySet["WordReview"]):
    def begin(self, user: User, word: Word) -> tuple["WordReview", bool]:
        """Add the word to the practice of `user`, due today. Returns the review, and False if it existed."""
        return self.get_or_create(user=user, word=word, defaults={"due_on": user.today, "begun_on": user.today})


class WordReview(Memory):
    """When a learner should write a word again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="word_reviews")
    word = models.ForeignKey(Word, models.CASCADE, related_name="+")

    objects = WordReviewQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("user", "word", name="word_review_once")]
        indexes = [
            models.Index(fields=["user", "due_on", "id"], name="due_words_first"),
            models.Index(fields=["user", "begun_on"], name="begun_word_reviews"),
        ]

    def __str__(self) -> str:
        return f"{self.word} on {self.due_on}"


def new_words(
    user: User | None, known: Collection[str], next_up: Iterable[str] = (), beginning: Sequence[str] = ()
) -> Iterator[Word]:
    """Words that aren't practised yet, the first to learn first.

    `known`: the characters that their writer knows; `next_up`: those that come next. First come words whose kanji are
    known, then those of `beginning`, then words without kanji, then those whose kanji are known or next, then all the
    others; each from the most useful on. The words of `beginning` come again in their places.
    """
    words = Word.objects.filter(is_hidden=False).order_by("rank")
    if user:
        words = words.filter(~models.Exists(WordReview.objects.filter(user=user, word=models.OuterRef("pk"))))
    kanji = CharacterWord.objects.filter(word=models.OuterRef("pk"), character__script=Character.Script.KANJI)
    others = kanji.exclude(character__literal__in=list(known))
    soon = kanji.exclude(character__literal__in=[*known, *next_up])
    stages = [
        words.filter(models.Exists(kanji), ~models.Exists(others)) if known else words.none(),
        words.filter(text__in=beginning).order_by(
            models.Case(*(models.When(text=text, then=place) for place, text in enumerate(beginning)))
        ),
        words.filter(~models.Exists(kanji)),
        words.filter(models.Exists(others), ~models.Exists(soon)),
        words.filter(models.Exists(soon)),
    ]
    for stage in stages:
        yield from filter(is_writable, stage.iterator(chunk_size=100))


def words_of(user: User, characters: str) -> Iterator[Word]:
    """The words that `user` doesn't practise yet and whose kanji are among `characters`, the most useful first."""
    words = Word.objects.filter(is_hidden=False, characters__literal__in=list(characters)).distinct().order_by("rank")
    words = words.filter(~models.Exists(WordReview.objects.filter(user=user, word=models.OuterRef("pk"))))
    return (word for word in words.iterator(chunk_size=100) if has_only(word.text, characters) and is_writable(word))
