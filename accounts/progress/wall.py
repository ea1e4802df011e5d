"""The wall: all characters by script and grade, each in the colour of the mark that its writer earns."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Progress, User
from accounts.progress.standing import group_label
from characters.models import Character
from scoring import marks
from scoring.models import Attempt

#: Marks from the best to the least, and the names that screen readers say.
NAMES = {
    "flower": gettext_lazy("Flower circle: excellent"),
    "double": gettext_lazy("Double circle: very good"),
    "circle": gettext_lazy("Circle: good"),
    "triangle": gettext_lazy("Triangle: not yet"),
}
#: Colours of the cells in the picture and, in light mode, on the page. Each is darker than the one after it, so that
#: people tell them apart who see no difference between red and green, or no colours at all.
COLOURS = {"flower": "#1f3f87", "double": "#3f9ab5", "circle": "#8cc3a3", "triangle": "#f6dca2"}
#: A guest's newest attempts that are read at most.
_GUEST_ATTEMPTS = 2000

#: Average of the recent scores, 0 to 100, by the character's primary key.
Averages = Mapping[int, int]


class Cell(NamedTuple):
    """A character; `average` and `mark` are None where its writer has no score."""

    literal: str
    average: int | None
    mark: str | None


@dataclass(frozen=True)
class Section:
    """The characters of a script or of a grade."""

    script: str
    grade: int | None
    cells: list[Cell]

    @property
    def name(self) -> str:
        """A name for the address of the section."""
        return f"{self.script}-{self.grade or 'other'}" if self.script == Character.Script.KANJI else self.script

    @property
    def label(self) -> str:
        if self.script == Character.Script.KANJI and self.grade is None:
            return _("Other kanji")
        return group_label(self.script, self.grade)

    @property
    def written(self) -> int:
        return sum(cell.mark is not None for cell in self.cells)

    @property
    def html(self) -> SafeString:
        """The cells as list items. They aren't made in a template, which takes ten times as long for 3,175 of them."""
        catalogue = reverse("characters")
        return SafeString("".join(_item(cell, catalogue) for cell in self.cells))


def averages(user: User | AnonymousUser, guest: UUID | None) -> Averages:
    """How well the user, else the guest, has written each character lately; of a guest, the newest score of each."""
    if user.is_authenticated:
        rows = Progress.objects.filter(user=user).order_by().values_list("character_id", "recent")
        return {character: round(recent) for character, recent in rows}
    scored = Attempt.objects.owned_by(user, guest).filter(target__isnull=False, legibility__isnull=False)
    newest = list(scored.values_list("target_id", "legibility")[:_GUEST_ATTEMPTS])
    # The newest of each character comes last, and stays.
    return {target: score for target, score in reversed(newest) if target is not None and score is not None}


def sections(of: Averages) -> list[Section]:
    """All characters in the catalogue's order; kanji by grade, those without one last."""
    rows = Character.objects.order_by("position").values_list("script", "grade", "pk", "literal")
    order = {script: number for number, script in enumerate(Character.Script.values)}
    # Digits and letters, too, have no grade; the sort is stable, so that positions stay in order.
    ordered = sorted(rows, key=lambda row: (order[row[0]], row[1] or 99))
    grouped = groupby(ordered, key=lambda row: row[:2])
    return [
        Section(script, grade, [_cell(literal, of.get(pk)) for _script, _grade, pk, literal in group])
        for (script, grade), group in grouped
    ]


def mark_of(average: int) -> str:
    """The mark that an average of scores earns, as a single score of that height does."""
    return next(mark for mark, lowest in marks.thresholds().items() if average >= lowest)


def counts(of: Iterable[Section]) -> Counter[str | None]:
    """How many characters have each mark; those without a score under None."""
    return Counter(cell.mark for section in of for cell in section.cells)


def version(of: Averages) -> str:
    """A name for what the wall shows: it changes when a character gets another mark."""
    shown = sorted((character, mark_of(average)) for character, average in of.items())
    return sha256(repr(shown).encode()).hexdigest()[:16]


def _cell(literal: str, average: int | None) -> Cell:
    return Cell(literal, average, None if average is None else mark_of(average))


def _item(cell: Cell, catalogue: str) -> str:
    """The HTML of a cell. Addresses of characters begin with `catalogue`; reversing each would take the most time."""
    link = f'<li><a href="{catalogue}{cell.literal}/"'
    if cell.mark is None:
        return f"{link}>{cell.literal}</a>"
    text = _("%(literal)s, recent average %(score)s. %(mark)s") % {
        "literal": cell.literal,
        "score": cell.average,
        "mark": NAMES[cell.mark],
    }
    return f'{link} class="wall-{cell.mark}" aria-label="{escape(text)}">{cell.literal}</a>'
