"""The catalogue: 3,175 characters and what is known of them."""

from django.db import models


class LookalikeGroup(models.Model):
    """Characters that nobody can tell apart when they stand alone: one of them read is any of them read."""

    reason = models.CharField(max_length=200, help_text="Why readers can't tell them apart")

    def __str__(self) -> str:
        return " ".join(character.literal for character in self.characters.all())


class CharacterQuerySet(models.QuerySet["Character"]):
    def lookalikes(self) -> dict[str, int]:
        """The group's id of every character that has lookalikes."""
        grouped = self.filter(lookalike_group__isnull=False)
        return dict(grouped.order_by("position").values_list("literal", "lookalike_group_id"))


class Character(models.Model):
    """One character of the catalogue; `literal` is the character itself."""

    class Script(models.TextChoices):
        HIRAGANA = "hiragana"
        KATAKANA = "katakana"
        KANJI = "kanji"
        LATIN = "latin"
        DIGIT = "digit"

    literal = models.CharField(max_length=1, unique=True)
    position = models.PositiveSmallIntegerField(unique=True, help_text="Place in the catalogue, from 0")
    script = models.CharField(max_length=8, choices=Script, db_index=True)
    stroke_count = models.PositiveSmallIntegerField()
    grade = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="1–6 elementary school, 8 junior high, 9 and 10 jinmeiyō"
    )
    radical = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Number of the classical radical")
    frequency = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Rank among the 2,500 most used in newspapers"
    )
    jlpt = models.PositiveSmallIntegerField("JLPT", null=True, blank=True, help_text="Old level, 4 (easiest) to 1")
    lookalike_group = models.ForeignKey(
        LookalikeGroup, models.SET_NULL, null=True, blank=True, related_name="characters"
    )

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


class Reading(models.Model):
    """How a kanji is read; a kun reading's dot stands before its okurigana (た.べる)."""

    class Kind(models.TextChoices):
        ON = "on"
        KUN = "kun"
        NANORI = "nanori"

    character = models.ForeignKey(Character, models.CASCADE, related_name="readings")
    kind = models.CharField(max_length=6, choices=Kind)
    text = models.CharField(max_length=32, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint("character", "kind", "text", name="reading_once")]

    def __str__(self) -> str:
        return self.text


class Meaning(models.Model):
    """What a kanji means, in one language."""

    class Language(models.TextChoices):
        ENGLISH = "en"
        FRENCH = "fr"

    character = models.ForeignKey(Character, models.CASCADE, related_name="meanings")
    language = models.CharField(max_length=2, choices=Language)
    text = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint("character", "language", "text", name="meaning_once")]

    def __str__(self) -> str:
        return self.text
