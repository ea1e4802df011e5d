"""The catalogue: 3,175 characters, what is known of them, who looks like whom, and how they are written best."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from characters import search
from characters.fields import TextListField
from ml.strokes import references


class Source(models.TextChoices):
    """Where a field's value is from."""

    KANJIDIC = "kanjidic2", "KANJIDIC2"
    KANJIVG = "kanjivg", "KanjiVG"
    WIKTIONARY_EN = "en.wiktionary", _("English Wiktionary")
    WIKTIONARY_JA = "ja.wiktionary", _("Japanese Wiktionary")
    CURATOR = "curator", _("a curator")


class LookalikeGroupQuerySet(models.QuerySet["LookalikeGroup"]):
    def pooled(self) -> dict[str, int]:
        """The pooled group's id of every character that has one."""
        groups = self.filter(is_pooled=True).order_by("pk").values_list("pk", "members")
        return {character: group for group, members in groups for character in members}

    def of(self, literal: str) -> Self:
        return self.filter(members__contains=literal).order_by("-is_pooled", "pk")


class LookalikeGroup(models.Model):
    """Characters that look alike. Of a pooled group nobody can tell which one stands alone: one read is any read."""

    members = models.CharField(max_length=16, help_text="The characters, without anything between them")
    is_pooled = models.BooleanField(
        "pooled", default=True, help_text="Readers can't tell them apart: they share their probability and their score"
    )
    reason = models.CharField(max_length=300, help_text="Why readers can't tell them apart, or how they do")
    modified_at = models.DateTimeField(auto_now=True, db_index=True)

    history = HistoricalRecords(excluded_fields=["modified_at"])
    objects = LookalikeGroupQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("members", "is_pooled", name="lookalike_group_once")]

    def __str__(self) -> str:
        return " ".join(self.members)

    def clean(self) -> None:
        """At least two characters of the catalogue, in its order; each in one pooled group at most."""
        literals = dict.fromkeys(self.members.replace(" ", ""))
        if unknown := [literal for literal in literals if literal not in references()]:
            raise ValidationError({"members": f"Not in the catalogue: {' '.join(unknown)}"})
        if len(literals) < 2:
            raise ValidationError({"members": "A group has at least two characters."})
        order = list(references())
        self.members = "".join(sorted(literals, key=order.index))
        if self.is_pooled:
            pooled = LookalikeGroup.objects.exclude(pk=self.pk).pooled()
            if taken := [literal for literal in self.members if literal in pooled]:
                raise ValidationError({"members": f"Already in another pooled group: {' '.join(taken)}"})


class CharacterQuerySet(models.QuerySet["Character"]):
    def named(self, literal: str) -> "Character | None":
        """The character `literal`, or None. Accepts any text, also NUL, which PostgreSQL can't compare."""
        return self.filter(literal=literal).first() if len(literal) == 1 and literal != "\0" else None

    def named_or_404(self, literal: str) -> "Character":
        """The character `literal`. Raises Http404 if the catalogue doesn't have it."""
        character = self.named(literal)
        if not character:
            raise Http404(gettext("This is not a character of the catalogue."))
        return character

    def search(self, words: Sequence[str]) -> Self:
        """Those that all `words` fit, each with its `rank`: 0 the character itself, 1 to 3 what only resembles it.

        What words may be is explained in `characters.search`. Two queries, however many words.
        """
        found = Term.objects.matching(words)
        fits = models.Q()
        for word, ids in found.items():
            named = models.Q(literal__in=list(search.literals(word))) | models.Q(jis=search.jis_code(word) or None)
            fits &= named | models.Q(pk__in=ids)
        best: dict[int, set[int]] = {}
        for ids in found.values():
            for pk, rank in ids.items():
                best.setdefault(rank, set()).add(pk)
        literals = [literal for word in words for literal in search.literals(word)]
        place = models.Case(
            models.When(literal__in=literals, then=0),
            *(models.When(pk__in=best[rank], then=rank) for rank in sorted(best)),
            default=0,
            output_field=models.IntegerField(),
        )
        return self.filter(fits).annotate(rank=place)

    def reindex(self) -> None:
        """Make the search terms of these characters anew."""
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
        """When Japanese schools teach it."""

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
        """The four levels of the test before 2010, which nobody has published since."""

        FOUR = 4, _("Old level 4")
        THREE = 3, _("Old level 3")
        TWO = 2, _("Old level 2")
        ONE = 1, _("Old level 1")

    #: What importers and curators say of a character. `sources` knows where each one is from.
    FACTS = [
        "stroke_count",
        "grade",
        "radical",
        "on",
        "kun",
        "nanori",
        "meanings_en",
        "meanings_fr",
        "frequency",
        "jlpt",
        "jis",
        "components",
        "variants",
    ]

    literal = models.CharField(max_length=1, unique=True)
    position = models.PositiveSmallIntegerField(unique=True, help_text="Place in the catalogue, from 0")
    script = models.CharField(max_length=8, choices=Script, db_index=True)
    jis = models.CharField("JIS code", max_length=8, blank=True, help_text="JIS X 0208 plane, row and cell: 1-31-09")
    stroke_count = models.PositiveSmallIntegerField(db_index=True)
    grade = models.PositiveSmallIntegerField(
        choices=Grade, null=True, blank=True, help_text="1–6 elementary school, 8 junior high, 9 and 10 jinmeiyō"
    )
    radical = models.PositiveSmallIntegerField(
        null=True, blank=True, db_index=True, help_text="Number of the classical radical"
    )
    frequency = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Rank among the 2,500 most used in newspapers"
    )
    jlpt = models.PositiveSmallIntegerField(
        "JLPT", choices=JLPT, null=True, blank=True, help_text="Old level, 4 (easiest) to 1"
    )
    on = TextListField(help_text="Readings from Chinese, in katakana")
    kun = TextListField(help_text="Japanese readings; a dot stands before the okurigana (た.べる)")
    nanori = TextListField(help_text="Readings in names")
    meanings_en = TextListField("meanings in English")
    meanings_fr = TextListField("meanings in French")
    components = TextListField(help_text="The parts that KanjiVG sees in it, in writing order")
    variants = TextListField(help_text="Other forms of the same character")
    sources = models.JSONField(
        default=dict, blank=True, help_text='Of each field: {"source", "revision"}; a curator\'s word outlasts imports'
    )
    modified_at = models.DateTimeField(auto_now=True, db_index=True)

    history = HistoricalRecords(excluded_fields=["modified_at"])
    objects = CharacterQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(condition=models.Q(stroke_count__range=(1, 64)), name="stroke_count_1_to_64"),
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
    def code_point(self) -> str:
        return f"U+{ord(self.literal):04X}"

    def learn(
        self, facts: Mapping[str, Any], source: Source, revision: int | None = None
    ) -> dict[str, tuple[Any, Any]]:
        """Take over `facts` that differ, unless a curator has spoken; what changes, as old and new. Not saved.

        `revision` is the page's of a wiki. A curator's own facts are taken over always.
        """
        changes = {}
        for name, value in facts.items():
            known = self.sources.get(name, {})
            if known.get("source") == Source.CURATOR and source != Source.CURATOR:
                continue
            if getattr(self, name) != value:
                changes[name] = (getattr(self, name), value)
            elif known:
                continue  # who said it first
            setattr(self, name, value)
            self.sources[name] = {"source": source.value, **({"revision": revision} if revision else {})}
        return changes

    def correct(self) -> None:
        """Note as the curator's word what differs from the row in the database; before it is saved.

        Where an older state is brought back that undoes a curator's word, whoever said it then says it again.
        """
        row = Character.objects.get(pk=self.pk)
        then = self.sources
        changes = {name: value for name in self.FACTS if (value := getattr(self, name)) != getattr(row, name)}
        was_corrected = {name for name in changes if row.sources.get(name, {}).get("source") == Source.CURATOR}
        row.learn(changes, Source.CURATOR)
        self.sources = {**row.sources, **{name: then[name] for name in was_corrected if name in then}}

    def terms(self) -> list["Term"]:
        """What a search finds it by."""
        keys = [
            *((kind, search.reading_key(text)) for kind in ("on", "kun", "nanori") for text in getattr(self, kind)),
            *(("meaning", search.words(text)) for text in (*self.meanings_en, *self.meanings_fr)),
            *(("variant", variant) for variant in self.variants),
        ]
        return [Term(character=self, kind=kind, key=key) for kind, key in dict.fromkeys(keys) if key]


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

    character = models.ForeignKey(Character, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=7, choices=Kind)
    key = models.CharField(max_length=300, db_index=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("character", "kind", "key", name="term_once")]

    def __str__(self) -> str:
        return self.key


class StrokeOrderQuerySet(models.QuerySet["StrokeOrder"]):
    def accepted(self, literals: Iterable[str]) -> dict[str, list[list[int]]]:
        """Of characters with further orders, these: each the reference's strokes, from 1."""
        orders: dict[str, list[list[int]]] = {}
        for literal, order in self.filter(character__literal__in=list(literals)).values_list(
            "character__literal", "order"
        ):
            orders.setdefault(literal, []).append([int(number) for number in order])
        return orders


class StrokeOrder(models.Model):
    """Another order of the reference's strokes that is accepted too."""

    character = models.ForeignKey(Character, models.CASCADE, related_name="stroke_orders")
    order = TextListField(
        blank=False, help_text="The reference's strokes, from 1, in the order in which they are written: 2; 1; 3"
    )
    note = models.CharField(max_length=200, help_text="Who writes it so")
    modified_at = models.DateTimeField(auto_now=True)

    history = HistoricalRecords(excluded_fields=["modified_at"])
    objects = StrokeOrderQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("character", "order", name="stroke_order_once")]

    def __str__(self) -> str:
        return f"{self.character}: {' '.join(self.order)}"

    def clean(self) -> None:
        """Every stroke of the reference once."""
        if self.character_id is None:
            return  # which is an error of its own
        numbers = [str(number) for number in range(1, len(references()[self.character.literal]) + 1)]
        if sorted(self.order) != sorted(numbers):
            raise ValidationError({"order": f"Each of the strokes {numbers[0]} to {numbers[-1]} comes once."})
        if self.order == numbers:
            raise ValidationError({"order": "This is the reference's own order."})


class ExemplarQuerySet(models.QuerySet["Exemplar"]):
    def approved(self) -> Self:
        """What visitors see, best first."""
        return self.filter(status=Exemplar.Status.APPROVED, is_hidden=False).order_by("-legibility", "pk")

    def waiting(self) -> Self:
        return self.filter(status=Exemplar.Status.OFFERED, is_hidden=False).order_by("offered_at")

    def approve(self, by: Any) -> int:
        """How many were approved; one that isn't waiting any more stays as it is."""
        return self._decide(by, Exemplar.Status.APPROVED, "")

    def refuse(self, by: Any, reason: str) -> int:
        return self._decide(by, Exemplar.Status.REFUSED, reason)

    def _decide(self, by: Any, status: str, reason: str) -> int:
        undecided = self.exclude(status=status)
        return undecided.update(status=status, reason=reason, decided_by=by, decided_at=timezone.now())


class Exemplar(models.Model):
    """A good real writing shown as an example. It doesn't know whose it is; its owner's attempt knows it."""

    class Status(models.TextChoices):
        OFFERED = "offered"
        APPROVED = "approved"
        REFUSED = "refused"

    character = models.ForeignKey(Character, models.CASCADE, related_name="exemplars")
    ink = models.JSONField(help_text="Writing area and strokes of [x, y, t]: CSS px, ms from the first point")
    legibility = models.PositiveSmallIntegerField(help_text="Its score when it was offered, 0 to 100")
    status = models.CharField(max_length=8, choices=Status, default=Status.OFFERED)
    reason = models.CharField("reason of refusal", max_length=200, blank=True)
    is_hidden = models.BooleanField(
        default=False, db_default=False, editable=False, help_text="Its owner forgot it, and may bring it back yet"
    )
    offered_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ExemplarQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["character", "-legibility"], name="exemplars_shown", condition=models.Q(status="approved")
            ),
            models.Index(fields=["offered_at"], name="exemplars_waiting", condition=models.Q(status="offered")),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(legibility__lte=100), name="exemplar_legibility_0_to_100")
        ]

    def __str__(self) -> str:
        return f"{self.character} {self.legibility}"


class Report(models.Model):
    """What a visitor finds wrong on a character's page."""

    class About(models.TextChoices):
        STROKES = "strokes", _("The stroke order or a stroke")
        READINGS = "readings", _("A reading")
        MEANINGS = "meanings", _("A meaning")
        EXAMPLE = "example", _("An example")
        OTHER = "other", _("Something else")

    class Status(models.TextChoices):
        OPEN = "open"
        MENDED = "mended"
        DECLINED = "declined"

    character = models.ForeignKey(Character, models.CASCADE, related_name="reports")
    about = models.CharField(max_length=8, choices=About)
    text = models.CharField(max_length=500)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN, db_index=True)
    answer = models.CharField(max_length=500, blank=True, help_text="What came of it, for other curators")
    reported_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-reported_at"]

    def __str__(self) -> str:
        return f"{self.character}: {self.get_about_display()}"
