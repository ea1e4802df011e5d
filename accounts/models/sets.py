"""Sets of characters from which lessons take new ones."""

from typing import Any

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from characters.models import Character, CharacterQuerySet


class CharacterSet(models.TextChoices):
    """A set that a learner or a guest chooses to practise. The levels N5 to N1 are those of unofficial lists."""

    HIRAGANA = "hiragana", _("Hiragana")
    KATAKANA = "katakana", _("Katakana")
    N5 = "n5", "N5"
    N4 = "n4", "N4"
    N3 = "n3", "N3"
    N2 = "n2", "N2"
    N1 = "n1", "N1"
    GRADE_1 = "grade1", _("Grade 1")
    GRADE_2 = "grade2", _("Grade 2")
    GRADE_3 = "grade3", _("Grade 3")
    GRADE_4 = "grade4", _("Grade 4")
    GRADE_5 = "grade5", _("Grade 5")
    GRADE_6 = "grade6", _("Grade 6")
    SECONDARY = "grade8", _("Secondary school")

    def rows(self) -> CharacterQuerySet:
        """The set's characters: kana in the order of the syllabary, kanji from the most frequent."""
        if self in (CharacterSet.HIRAGANA, CharacterSet.KATAKANA):
            return Character.objects.filter(script=self.value).order_by("position")
        fact, level = ("n_level", self.value[1:]) if self.value[0] == "n" else ("grade", self.value[5:])
        by_frequency: list[Any] = [F("frequency").asc(nulls_last=True), "position"]
        return Character.objects.filter(**{fact: int(level)}).order_by(*by_frequency)


#: The sets by kind: heading, sets.
GROUPS = [
    (pgettext_lazy("set", "Kana"), [CharacterSet.HIRAGANA, CharacterSet.KATAKANA]),
    (pgettext_lazy("set", "JLPT (unofficial lists)"), [CharacterSet(f"n{level}") for level in (5, 4, 3, 2, 1)]),
    (pgettext_lazy("set", "School grade"), [CharacterSet(f"grade{grade}") for grade in (1, 2, 3, 4, 5, 6, 8)]),
]
