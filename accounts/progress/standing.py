"""A learner's figures, read from the counts: for all characters, and for one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import Confusion, Day, Plan, Progress, Review, User, WordReview
from accounts.progress.figures import Days, Streak, Totals, Week, streak, weeks
from characters.models import Character
from characters.pictures import Picture
from scoring.models import Attempt

#: Most weeks that the figures look back.
WEEKS = 53
#: Most weakest characters and confusions.
_WEAKEST, _CONFUSIONS = 12, 8
#: Most scores in a character's trend, and most attempts of it that are shown as pictures.
_TREND, _PICTURES = 100, 8

_GRADES: dict[int, Promise] = {
    Character.Grade.FIRST: gettext_lazy("Kanji of grade 1"),
    Character.Grade.SECOND: gettext_lazy("Kanji of grade 2"),
    Character.Grade.THIRD: gettext_lazy("Kanji of grade 3"),
    Character.Grade.FOURTH: gettext_lazy("Kanji of grade 4"),
    Character.Grade.FIFTH: gettext_lazy("Kanji of grade 5"),
    Character.Grade.SIXTH: gettext_lazy("Kanji of grade 6"),
    Character.Grade.JUNIOR_HIGH: gettext_lazy("Kanji of junior high school"),
    Character.Grade.JINMEIYO: gettext_lazy("Kanji for names"),
    Character.Grade.JINMEIYO_VARIANT: gettext_lazy("Kanji for names, variants"),
}


def group_label(script: str, grade: int | None) -> str:
    """The name of the characters of a script, or of kanji of a grade."""
    return str(_GRADES[grade]) if grade else str(Character.Script(script).label)


@dataclass(frozen=True)
class Group:
    """The characters of a script or of a grade: how many there are, and how well a learner writes them."""

    script: str
    grade: int | None
    characters: int
    written: int = 0
    mastered: int = 0
    attempts: int = 0
    total: int = 0
    best: int = 0

    @property
    def average(self) -> float | None:
        """Average score, 0 to 100; None without attempts."""
        return self.total / self.attempts if self.attempts else None

    @property
    def label(self) -> str:
        return group_label(self.script, self.grade)


class Words(NamedTuple):
    """How many words a learner has written from memory, and how many of them they remember for long."""

    practised: int
    known: int


class Standing:
    """A learner's figures, as pages and API show them. Each is read from the database once, when it is first used."""

    def __init__(self, user: User) -> None:
        self.user, self.today = user, user.today

    @cached_property
    def dates(self) -> list[date]:
        """All days with attempts."""
        return list(Day.objects.filter(user=self.user).values_list("date", flat=True))

    @cached_property
    def days(self) -> Days:
        """The totals of the days of the last `WEEKS` weeks; all of many years would be too many rows."""
        recent = Day.objects.filter(user=self.user, date__gt=self.today - timedelta(weeks=WEEKS))
        rows = recent.values_list("date", *Totals._fields)
        return {day: Totals(*totals) for day, *totals in rows}

    @cached_property
    def plan(self) -> Plan:
        return Plan.of(self.user)

    @property
    def streak(self) -> Streak:
        return streak(self.dates, self.today)

    @cached_property
    def overall(self) -> Totals:
        sums = Day.objects.filter(user=self.user).aggregate(*(Sum(name, default=0) for name in Totals._fields))
        return Totals(*(sums[f"{name}__sum"] for name in Totals._fields))

    @property
    def totals_today(self) -> Totals:
        return self.days.get(self.today, Totals())

    def weeks(self, count: int = WEEKS) -> list[Week]:
        return weeks(self.days, self.today, count)

    @cached_property
    def _groups(self) -> list[Group]:
        """The catalogue's characters by script and grade."""
        mine = Progress.objects.filter(user=self.user).order_by().values_list("character__script", "character__grade")
        counted = mine.annotate(
            written=Count("pk"),
            mastered=Count("pk", filter=Q(in_a_row__gte=Progress.MASTERED)),
            attempts_sum=Sum("attempts"),
            total_sum=Sum("total"),
            highest=Max("best"),
        )
        figures_of = {(script, grade): figures for script, grade, *figures in counted}
        catalogue = Character.objects.order_by().values_list("script", "grade").annotate(Count("pk"))
        return [Group(script, grade, count, *figures_of.get((script, grade), [])) for script, grade, count in catalogue]

    @property
    def scripts(self) -> list[Group]:
        """A group for each script, in the catalogue's order."""
        by_script = [(script, [g for g in self._groups if g.script == script]) for script in Character.Script.values]
        return [_add_up(script, groups) for script, groups in by_script if groups]

    @property
    def grades(self) -> list[Group]:
        """A group for each grade of kanji. Kanji without a grade are only in `scripts`."""
        of_a_grade = [group for group in self._groups if group.grade]
        return sorted(of_a_grade, key=lambda group: group.grade or 0)

    @property
    def characters(self) -> tuple[int, int]:
        """The numbers of written and of mastered characters."""
        return sum(group.written for group in self._groups), sum(group.mastered for group in self._groups)

    @cached_property
    def words(self) -> Words:
        """How many words the learner has practised, and knows."""
        practised = WordReview.objects.filter(user=self.user, reviewed_on__isnull=False)
        is_known = Q(stability__gte=WordReview.MATURE)
        return Words(**practised.aggregate(practised=Count("pk"), known=Count("pk", filter=is_known)))

    def weakest(self, count: int = _WEAKEST) -> list[Progress]:
        """The characters whose recent average is below `Progress.WELL`, lowest first."""
        weak = Progress.objects.filter(user=self.user, recent__lt=Progress.WELL)
        return list(weak.select_related("character").order_by("recent", "pk")[:count])

    def confusions(self, count: int = _CONFUSIONS) -> list[Confusion]:
        """The most frequent confusions, most frequent first."""
        mine = Confusion.objects.filter(user=self.user)
        return list(mine.select_related("character").order_by("-times", "pk")[:count])


def _add_up(script: str, groups: Iterable[Group]) -> Group:
    """The sum of the groups of a script."""
    figures = [(g.characters, g.written, g.mastered, g.attempts, g.total, g.best) for g in groups]
    characters, written, mastered, attempts, total, bests = zip(*figures, strict=True)
    return Group(script, None, sum(characters), sum(written), sum(mastered), sum(attempts), sum(total), max(bests))


class TrendPoint(NamedTuple):
    """A scored attempt in a character's trend."""

    id: UUID
    written_at: datetime
    legibility: int
    misread_as: str


class CharacterStanding:
    """A learner's figures for one character. Each is read from the database once, when it is first used."""

    def __init__(self, user: User, character: Character) -> None:
        self.user, self.character = user, character

    @cached_property
    def progress(self) -> Progress | None:
        """The learner's counts and averages for the character; None before its first score."""
        return Progress.objects.filter(user=self.user, character=self.character).first()

    @cached_property
    def confusions(self) -> list[Confusion]:
        """What the character was read as, most frequent first."""
        return list(Confusion.objects.filter(user=self.user, character=self.character).order_by("-times", "pk"))

    @cached_property
    def review(self) -> Review | None:
        """The review; None if the character isn't in the practice."""
        return Review.objects.filter(user=self.user, character=self.character).first()

    @cached_property
    def trend(self) -> list[TrendPoint]:
        """The newest `_TREND` scores, oldest first."""
        rows = self._scored.values_list(*TrendPoint._fields)[:_TREND]
        return [TrendPoint(*row) for row in reversed(rows)]

    def pictures(self) -> list[tuple[TrendPoint, Picture]]:
        """Up to `_PICTURES` attempts of the trend, evenly spread, oldest first; images are left out."""
        chosen = {point.id: point for point in _spread(self.trend, _PICTURES)}
        inks = dict(Attempt.objects.filter(pk__in=chosen).order_by().values_list("pk", "ink"))
        return [(point, Picture.of_ink(ink)) for pk, point in chosen.items() if (ink := inks.get(pk))]

    @property
    def _scored(self) -> QuerySet[Attempt]:
        mine = Attempt.objects.owned_by(self.user, None).filter(target=self.character, legibility__isnull=False)
        return mine.order_by("-written_at", "-id")


def _spread(points: list[TrendPoint], count: int) -> list[TrendPoint]:
    """At most `count` of the points, evenly spread, with the first and the last."""
    if len(points) <= count:
        return points
    return [points[round(index * (len(points) - 1) / (count - 1))] for index in range(count)]
