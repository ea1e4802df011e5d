"""How a learner gets on: the page of today, of all progress, and of one character's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.models import Confusion, Day, Plan, Progress, Review, User
from accounts.progress import charts
from accounts.progress.figures import Days, Streak, Week, Written, level, months, streak, weeks
from characters.models import Character
from characters.pictures import Picture
from scoring.models import Attempt

#: Weeks that the page of today and the page of all progress look back.
_RECENT_WEEKS, WEEKS = 12, 53
#: Weakest characters, confused pairs and writings that the pages show.
_FEW_WEAKEST, _WEAKEST, _CONFUSED, _LAST = 6, 12, 8, 8
#: Scores that a character's trend goes back, and how many of these writings are drawn.
_TREND, _DRAWN = 100, 8

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


@dataclass(frozen=True)
class Group:
    """The characters of a script or of a grade, and how many of them a learner writes how well."""

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
        """Of all scores, 0 to 100; None where nothing was written."""
        return self.total / self.attempts if self.attempts else None

    @property
    def label(self) -> str:
        return str(_GRADES[self.grade]) if self.grade else str(Character.Script(self.script).label)


class Standing:
    """How a learner stands: the figures that the pages and the API tell. Each is read once, when it is asked for."""

    def __init__(self, user: User) -> None:
        self.user, self.today = user, user.today

    @cached_property
    def dates(self) -> list[date]:
        """All days on which something was written."""
        return list(Day.objects.filter(user=self.user).values_list("date", flat=True))

    @cached_property
    def days(self) -> Days:
        """What was written on those of the last `WEEKS`: years would be many rows."""
        recent = Day.objects.filter(user=self.user, date__gt=self.today - timedelta(weeks=WEEKS))
        rows = recent.values_list("date", *Written._fields)
        return {day: Written(*written) for day, *written in rows}

    @cached_property
    def plan(self) -> Plan:
        return Plan.of(self.user)

    @property
    def streak(self) -> Streak:
        return streak(self.dates, self.today)

    @cached_property
    def whole(self) -> Written:
        sums = Day.objects.filter(user=self.user).aggregate(*(Sum(name, default=0) for name in Written._fields))
        return Written(*(sums[f"{name}__sum"] for name in Written._fields))

    @property
    def written_today(self) -> Written:
        return self.days.get(self.today, Written())

    def weeks(self, count: int = WEEKS) -> list[Week]:
        return weeks(self.days, self.today, count)

    @cached_property
    def _groups(self) -> list[Group]:
        """Those of the catalogue by script and grade."""
        mine = Progress.objects.filter(user=self.user).order_by().values_list("character__script", "character__grade")
        counted = mine.annotate(
            written=Count("pk"),
            mastered=Count("pk", filter=Q(in_a_row__gte=Progress.MASTERED)),
            writings=Sum("attempts"),
            scores=Sum("total"),
            highest=Max("best"),
        )
        done = {(script, grade): figures for script, grade, *figures in counted}
        there_are = Character.objects.order_by().values_list("script", "grade").annotate(Count("pk"))
        return [Group(script, grade, count, *done.get((script, grade), [])) for script, grade, count in there_are]

    @property
    def scripts(self) -> list[Group]:
        """Each script as a whole, in the catalogue's order."""
        by_script = [(script, [g for g in self._groups if g.script == script]) for script in Character.Script.values]
        return [_whole(script, groups) for script, groups in by_script if groups]

    @property
    def grades(self) -> list[Group]:
        """The kanji of each grade; those without one are counted with their script alone."""
        of_a_grade = [group for group in self._groups if group.grade]
        return sorted(of_a_grade, key=lambda group: group.grade or 0)

    @property
    def characters(self) -> tuple[int, int]:
        """How many are written, and how many of these are mastered."""
        return sum(group.written for group in self._groups), sum(group.mastered for group in self._groups)

    def weakest(self, count: int = _WEAKEST) -> list[Progress]:
        """Those that were not read well lately, the least first."""
        weak = Progress.objects.filter(user=self.user, recent__lt=Progress.WELL)
        return list(weak.select_related("character").order_by("recent", "pk")[:count])

    def confusions(self, count: int = _CONFUSED) -> list[Confusion]:
        """What was taken for something else the most often."""
        mine = Confusion.objects.filter(user=self.user)
        return list(mine.select_related("character").order_by("-times", "pk")[:count])


def _whole(script: str, groups: Iterable[Group]) -> Group:
    figures = [(g.characters, g.written, g.mastered, g.attempts, g.total, g.best) for g in groups]
    characters, written, mastered, attempts, total, bests = zip(*figures, strict=True)
    return Group(script, None, sum(characters), sum(written), sum(mastered), sum(attempts), sum(total), max(bests))


class Reading(NamedTuple):
    """One scored writing of a character's trend."""

    id: UUID
    written_at: datetime
    legibility: int
    misread_as: str


class CharacterStanding:
    """How a learner writes one character. Each figure is read once, when it is asked for."""

    def __init__(self, user: User, character: Character) -> None:
        self.user, self.character = user, character

    @cached_property
    def progress(self) -> Progress | None:
        """None while it has no score."""
        return Progress.objects.filter(user=self.user, character=self.character).first()

    @cached_property
    def confusions(self) -> list[Confusion]:
        """What it was taken for, the most often first."""
        return list(Confusion.objects.filter(user=self.user, character=self.character).order_by("-times", "pk"))

    @cached_property
    def review(self) -> Review | None:
        """When it is written again; None where it isn't practised."""
        return Review.objects.filter(user=self.user, character=self.character).first()

    @cached_property
    def trend(self) -> list[Reading]:
        """The last scores, oldest first."""
        rows = self._scored.values_list(*Reading._fields)[:_TREND]
        return [Reading(*row) for row in reversed(rows)]

    def pictures(self) -> list[tuple[Reading, Picture]]:
        """Some writings of the trend, from the first to the last."""
        chosen = {reading.id: reading for reading in _spread(self.trend, _DRAWN)}
        inks = dict(Attempt.objects.filter(pk__in=chosen).order_by().values_list("pk", "ink"))
        return [(reading, Picture.of_ink(ink)) for pk, reading in chosen.items() if (ink := inks.get(pk))]

    @property
    def _scored(self) -> QuerySet[Attempt]:
        mine = Attempt.objects.owned_by(self.user, None).filter(target=self.character, legibility__isnull=False)
        return mine.order_by("-written_at", "-id")


def _spread(readings: list[Reading], count: int) -> list[Reading]:
    """At most `count` of them, as far apart as they can be, the first and the last among them."""
    if len(readings) <= count:
        return readings
    return [readings[round(place * (len(readings) - 1) / (count - 1))] for place in range(count)]


@method_decorator(never_cache, "dispatch")  # what was forgotten doesn't come back with the browser's Back
class TodayView(View):
    """The learner's home: what to practise today. Guests are told what it would be."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return render(request, "accounts/today_guest.html")
        user = request.user
        standing = Standing(user)
        goal, written = standing.plan.daily_goal, standing.written_today
        context = {
            "today": date_format(standing.today, _("l, j F")),
            "due": Review.objects.due(user).count(),
            "new": _new_today(standing.plan),
            "goal": goal,
            "written": written,
            "part": min(100, 100 * written.attempts // goal),
            "left": max(0, goal - written.attempts),
            "time": spent(written.duration),
            "streak": standing.streak,
            "has_written": bool(standing.dates),
            "heat": heat(standing.weeks(_RECENT_WEEKS), goal),
            "weakest": standing.weakest(_FEW_WEAKEST),
            "last": _last_writings(user),
        }
        return render(request, "accounts/today.html", context)


def _new_today(plan: Plan) -> int:
    """How many new characters a lesson of today has."""
    left = plan.new_left()
    return plan.new_characters().order_by()[:left].count() if left else 0


def _last_writings(user: User) -> list[tuple[Attempt, Picture | None]]:
    mine = Attempt.objects.owned_by(user, None).select_related("target")[:_LAST]
    return [(attempt, Picture.of_ink(attempt.ink) if attempt.ink else None) for attempt in mine]


@method_decorator(never_cache, "dispatch")
class ProgressView(LoginRequiredMixin, View):
    """Everything that is counted, as charts and as tables."""

    def get(self, request: HttpRequest) -> HttpResponse:
        standing = Standing(cast(User, request.user))
        by_week = standing.weeks()
        written, mastered = standing.characters
        context = {
            "streak": standing.streak,
            "whole": standing.whole,
            "days": len(standing.dates),
            "written": written,
            "mastered": mastered,
            "time": spent(standing.whole.duration),
            "time_today": spent(standing.written_today.duration),
            "time_week": spent(by_week[-1].written.duration),
            "heat": heat(by_week, standing.plan.daily_goal),
            "by_week": _by_week(by_week),
            "groups": [[g for g in groups if g.written] for groups in (standing.scripts, standing.grades)],
            "weakest": standing.weakest(),
            "confusions": standing.confusions(),
        }
        return render(request, "accounts/progress.html", context)


@method_decorator(never_cache, "dispatch")
class CharacterProgressView(LoginRequiredMixin, View):
    """The trend of one character."""

    def get(self, request: HttpRequest, literal: str) -> HttpResponse:
        character = Character.objects.named(literal)
        if not character:
            raise Http404("Not one of the 3,175 characters.")
        user = cast(User, request.user)
        standing = CharacterStanding(user, character)
        review, trend = standing.review, standing.trend
        days = [said(user.day_of(reading.written_at)) for reading in trend]
        context = {
            "character": character,
            "progress": standing.progress,
            "chart": charts.line([reading.legibility for reading in trend], 100),
            "trend": list(zip(days, trend, strict=True)),
            "pictures": [(said(user.day_of(r.written_at)), r, picture) for r, picture in standing.pictures()],
            "confusions": standing.confusions,
            "is_due": review is not None and review.due_on <= user.today,
            "due_on": said(review.due_on) if review else "",
        }
        return render(request, "accounts/progress_character.html", context)


def _by_week(by_week: list[Week]) -> dict[str, Any] | None:
    """Two charts from the first week on in which something was written; None before there are two weeks to compare."""
    first = next((place for place, week in enumerate(by_week) if week.written.attempts), len(by_week))
    shown = by_week[first:]
    if len(shown) < 2:
        return None
    written = [week.written for week in shown]
    end = charts.end_of_time(max(each.duration for each in written))
    return {
        "score": charts.line([each.average for each in written], 100),
        "time": charts.bars([each.duration for each in written], end),
        "most": spent(end),
        "half": spent(end // 2),
        "rows": [(said(week.monday), week.written, spent(week.written.duration)) for week in reversed(shown)],
        "first": said(shown[0].monday),
        "last": said(shown[-1].monday),
    }


def heat(of: list[Week], goal: int) -> dict[str, Any]:
    """A table with a row for each day of the week: the months over it, and how much each day is against the goal."""
    weekdays = [date_format(day, "D") for day, _written in of[0].days]
    rows = [[week.days[place] for week in of if place < len(week.days)] for place in range(len(weekdays))]
    return {
        "goal": goal,
        "months": [(date_format(first, _("M")), count) for first, count in months(of)],
        "rows": [
            (name, SafeString("".join(_cell(day, written, goal) for day, written in row)))
            for name, row in zip(weekdays, rows, strict=True)
        ],
    }


def _cell(day: date, written: Written, goal: int) -> str:
    """A day of the heat map, as HTML. Here, since a page has some 370 and the template takes ten times as long."""
    if not written.attempts:
        return '<td class="heat-0"></td>'
    said_of = ngettext(
        "%(day)s: %(count)d writing, %(time)s", "%(day)s: %(count)d writings, %(time)s", written.attempts
    )
    text = escape(said_of % {"day": said(day), "count": written.attempts, "time": spent(written.duration)})
    size = level(written.attempts, goal)
    return f'<td class="heat-{size}" title="{text}"><span class="visually-hidden">{text}</span></td>'


def said(day: date) -> str:
    """A date as people write it where there is little room."""
    return _said(day, get_language())


@lru_cache(2000)
def _said(day: date, language: str) -> str:
    return date_format(day, _("j M Y"))


def spent(duration: int) -> str:
    """A time of `duration` ms as people say it."""
    hours, seconds = divmod(duration // 1000, 3600)
    minutes, seconds = divmod(seconds, 60)
    if hours and not minutes:
        return _("%(hours)d h") % {"hours": hours}
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    if minutes:
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("%(seconds)d s") % {"seconds": seconds}
