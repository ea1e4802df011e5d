"""The pages Today and Progress with those that look back, and a character's progress."""

from datetime import date
from typing import Any, cast

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from rest_framework.request import Request

from accounts.access.guests import guest_set, next_characters
from accounts.models import Day, Review, User
from accounts.progress import charts, stamp_card, wall, wall_picture
from accounts.progress.figures import Week
from accounts.progress.formats import duration_text, short_date
from accounts.progress.heat_map import heat_map
from accounts.progress.standing import CharacterStanding, Standing
from accounts.progress.then_and_now import pairs
from characters import of_the_day
from characters.models import Character
from characters.pictures import Picture
from characters.throttling import TolerantThrottle
from scoring import marks, preview
from scoring.guests import day_of, guest_of
from scoring.models import Attempt

#: Numbers on the Today page: weeks of the heat map, weakest characters, leeches, newest attempts.
_TODAY_WEEKS, _TODAY_WEAKEST, _TODAY_LEECHES, _TODAY_NEWEST = 12, 6, 8, 8


@method_decorator(never_cache, "dispatch")  # else a deleted attempt would come back with the browser's Back button
class TodayView(View):
    """The learner's home page: what to practise today. Guests see what their next lesson practises."""

    def get(self, request: HttpRequest) -> HttpResponse:
        context: dict[str, Any]
        if not request.user.is_authenticated:
            context = {
                "chosen": guest_set(request),
                "characters": next_characters(request),
                "of_the_day": of_the_day.of_day(day_of(request, timezone.now())),
            }
            return render(request, "accounts/today_guest.html", context)
        user = request.user
        standing = Standing(user)
        new = standing.plan.count_new_today()
        goal, totals = standing.plan.goal_today(new), standing.totals_today
        context = {
            "today": date_format(standing.today, _("l, j F")),
            "due": Review.objects.due(user).count(),
            "new": new,
            "may_learn_more": standing.plan.new_characters().exists(),
            "is_first_run": standing.plan._state.adding,
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
            "of_the_day": of_the_day.of_day(standing.today),
            "newest": _newest_attempts(user),
        }
        return render(request, "accounts/today.html", context)


def _leeches(user: User) -> list[tuple[str, str]]:
    """The characters that the learner keeps forgetting, each with the day until which it rests; empty if it is due."""
    rows = Review.objects.leeches(user).values_list("character__literal", "due_on")[:_TODAY_LEECHES]
    return [(literal, date_format(due_on, _("j M")) if due_on > user.today else "") for literal, due_on in rows]


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
            "words": standing.words,
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


@method_decorator(never_cache, "dispatch")
class WallView(View):
    """All characters, coloured by how well the visitor writes them; guests see what they wrote in this browser."""

    def get(self, request: HttpRequest) -> HttpResponse:
        sections = wall.sections(wall.averages(request.user, guest_of(request).id))
        counts = wall.counts(sections)
        context = {
            "sections": sections,
            "key": [
                (mark, lowest, highest, marks.paths(mark), name, counts[mark])
                for (mark, name), (lowest, highest) in zip(wall.NAMES.items(), marks.ranges().values(), strict=True)
            ],
            "unwritten": counts[None],
            "written": counts.total() - counts[None],
            "characters": counts.total(),
            "is_guest": not request.user.is_authenticated,
        }
        return render(request, "accounts/wall.html", context)


class PictureThrottle(TolerantThrottle):
    """Ten pictures of a wall a minute for one visitor: each takes a third of a second of the processor."""

    scope = "pictures"
    rate = "10/min"

    def get_cache_key(self, request: Request, view: Any) -> str:
        who = f"user {request.user.pk}" if request.user.is_authenticated else self.get_ident(request)
        return self.cache_format % {"scope": self.scope, "ident": who}


class WallImageView(View):
    """The wall as a picture. 404 for a visitor without a score."""

    def get(self, request: HttpRequest) -> HttpResponse:
        averages = wall.averages(request.user, guest_of(request).id)
        if not averages:
            raise Http404(_("There is nothing on your wall yet."))
        etag = f'"{wall_picture.VERSION}-{preview.version()}-{wall.version(averages)}"'
        response = get_conditional_response(request, etag)
        if response is None:
            throttle = PictureThrottle()
            if not throttle.allow_request(request, self):
                late = HttpResponse(_("Too many requests. Wait a moment, then try again."), "text/plain", 429)
                late["Retry-After"] = str(int(throttle.wait() or 60))
                return late
            response = HttpResponse(wall_picture.png(wall.sections(averages)), "image/png")
            response["Content-Disposition"] = 'inline; filename="letters-ai-wall.png"'
        response["ETag"] = etag
        response["Cache-Control"] = "private, no-cache"
        return response


@method_decorator(never_cache, "dispatch")
class StampsView(LoginRequiredMixin, View):
    """The stamp card of a month; `month` in the address, such as 2026-11, names another one than the current."""

    def get(self, request: HttpRequest) -> HttpResponse:
        standing = Standing(cast(User, request.user))
        first = stamp_card.month_of(min(standing.dates, default=standing.today))
        last = stamp_card.month_of(max(standing.today, first))
        month = self.month(last)
        if not first <= month <= last:
            raise Http404(_("There is no card for this month."))
        days = Day.objects.filter(user=standing.user, date__gte=month, date__lt=stamp_card.next_month(month))
        weeks = stamp_card.weeks(month, dict(days.values_list("date", "attempts")), standing.today)
        stamps = Day.objects.filter(user=standing.user, attempts__gte=stamp_card.STAMP)
        context = {
            "month": date_format(month, _("F Y")),
            "weekdays": [(date_format(day, "l"), date_format(day, "D")) for day in _any_week()],
            "weeks": weeks,
            "stamps": sum(day is not None and day.stamp == "flower" for week in weeks for day in week),
            "all_stamps": stamps.count(),
            "streak": standing.streak,
            "needed": stamp_card.STAMP,
            "marks": {name: marks.paths(name) for name in ("flower", "circle")},
            "earlier": f"{stamp_card.last_month(month):%Y-%m}" if month > first else "",
            "later": f"{stamp_card.next_month(month):%Y-%m}" if month < last else "",
        }
        return render(request, "accounts/stamps.html", context)

    def month(self, default: date) -> date:
        """The first day of the month in the address. Raises Http404 for anything but a month."""
        named = self.request.GET.get("month")
        if not named:
            return default
        try:
            return date.fromisoformat(f"{named}-01")
        except ValueError as error:
            raise Http404(_("There is no card for this month.")) from error


def _any_week() -> list[date]:
    """The days of a week, from Monday on."""
    return [date(2026, 11, day) for day in range(2, 9)]


@method_decorator(never_cache, "dispatch")
class ThenAndNowView(LoginRequiredMixin, View):
    """Attempts of about a month ago beside the newest ones."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user = cast(User, request.user)
        shown = [
            (pair, [(short_date(user.day_of(one.written_at)), one, Picture.of_ink(one.ink or {})) for one in pair[1:]])
            for pair in pairs(user)
        ]
        return render(request, "accounts/then_and_now.html", {"pairs": shown})
