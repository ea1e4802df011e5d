"""The pages Today and Progress, and a character's progress."""

from typing import Any, cast

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.models import Review, User
from accounts.progress import charts
from accounts.progress.figures import Week
from accounts.progress.formats import duration_text, short_date
from accounts.progress.heat_map import heat_map
from accounts.progress.standing import CharacterStanding, Standing
from characters.models import Character
from characters.pictures import Picture
from scoring.models import Attempt

#: Numbers on the Today page: weeks of the heat map, weakest characters, leeches, newest attempts.
_TODAY_WEEKS, _TODAY_WEAKEST, _TODAY_LEECHES, _TODAY_NEWEST = 12, 6, 8, 8


@method_decorator(never_cache, "dispatch")  # else a deleted attempt would come back with the browser's Back button
class TodayView(View):
    """The learner's home page: what to practise today. Guests see what the page would offer them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return render(request, "accounts/today_guest.html")
        user = request.user
        standing = Standing(user)
        goal, totals = standing.plan.daily_goal, standing.totals_today
        context = {
            "today": date_format(standing.today, _("l, j F")),
            "due": Review.objects.due(user).count(),
            "new": standing.plan.count_new_today(),
            "goal": goal,
            "totals": totals,
            "percent": min(100, 100 * totals.attempts // goal),
            "left": max(0, goal - totals.attempts),
            "time": duration_text(totals.duration),
            "streak": standing.streak,
            "has_written": bool(standing.dates),
            "heat_map": heat_map(standing.weeks(_TODAY_WEEKS), goal),
            "weakest": standing.weakest(_TODAY_WEAKEST),
            "leeches": _leeches(user),
            "newest": _newest_attempts(user),
        }
        return render(request, "accounts/today.html", context)


def _leeches(user: User) -> list[tuple[str, str]]:
    """The characters that the learner keeps forgetting, each with the day until which it rests; empty if it is due."""
    rows = Review.objects.leeches(user).values_list("character__literal", "due_on")[:_TODAY_LEECHES]
    return [(literal, short_date(due_on) if due_on > user.today else "") for literal, due_on in rows]


def _newest_attempts(user: User) -> list[tuple[Attempt, Picture | None]]:
    """The newest attempts, each with a picture of its ink; None for an image."""
    mine = Attempt.objects.owned_by(user, None).select_related("target")[:_TODAY_NEWEST]
    return [(attempt, Picture.of_ink(attempt.ink) if attempt.ink else None) for attempt in mine]


@method_decorator(never_cache, "dispatch")
class ProgressView(LoginRequiredMixin, View):
    """All figures, as charts and as tables."""

    def get(self, request: HttpRequest) -> HttpResponse:
        standing = Standing(cast(User, request.user))
        weeks = standing.weeks()
        written, mastered = standing.characters
        context = {
            "streak": standing.streak,
            "overall": standing.overall,
            "days": len(standing.dates),
            "written": written,
            "mastered": mastered,
            "time": duration_text(standing.overall.duration),
            "time_today": duration_text(standing.totals_today.duration),
            "time_week": duration_text(weeks[-1].totals.duration),
            "heat_map": heat_map(weeks, standing.plan.daily_goal),
            "by_week": _by_week(weeks),
            "groups": [[g for g in groups if g.written] for groups in (standing.scripts, standing.grades)],
            "weakest": standing.weakest(),
            "confusions": standing.confusions(),
        }
        return render(request, "accounts/progress.html", context)


def _by_week(weeks: list[Week]) -> dict[str, Any] | None:
    """The charts and rows of the weeks since the first with attempts; None if that is only one week."""
    first = next((index for index, week in enumerate(weeks) if week.totals.attempts), len(weeks))
    shown = weeks[first:]
    if len(shown) < 2:
        return None
    totals = [week.totals for week in shown]
    end = charts.time_scale_end(max(each.duration for each in totals))
    return {
        "score": charts.line([each.average for each in totals], 100),
        "time": charts.bars([each.duration for each in totals], end),
        "most": duration_text(end),
        "half": duration_text(end // 2),
        "rows": [
            (short_date(week.monday), week.totals, duration_text(week.totals.duration)) for week in reversed(shown)
        ],
        "first": short_date(shown[0].monday),
        "last": short_date(shown[-1].monday),
    }


@method_decorator(never_cache, "dispatch")
class CharacterProgressView(LoginRequiredMixin, View):
    """The trend of one character."""

    def get(self, request: HttpRequest, literal: str) -> HttpResponse:
        character = Character.objects.named_or_404(literal)
        user = cast(User, request.user)
        standing = CharacterStanding(user, character)
        review, trend = standing.review, standing.trend
        context = {
            "character": character,
            "progress": standing.progress,
            "chart": charts.line([point.legibility for point in trend], 100),
            "trend": [(short_date(user.day_of(point.written_at)), point) for point in trend],
            "pictures": [(short_date(user.day_of(p.written_at)), p, picture) for p, picture in standing.pictures()],
            "confusions": standing.confusions,
            "is_due": review is not None and review.due_on <= user.today,
            "due_on": short_date(review.due_on) if review else "",
            "is_leech": review is not None and review.is_leech,
        }
        return render(request, "accounts/progress_character.html", context)
