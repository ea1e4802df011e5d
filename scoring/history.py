"""The history: pages that list, show, delete and restore the visitor's attempts."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View
from django.views.decorators.cache import never_cache
from django_filters.fields import IsoDateTimeField
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from characters.drawing import ink_paths
from characters.models import Character
from characters.pictures import Picture
from scoring import reasons, remarks
from scoring.api import NewestFirst
from scoring.filters import MOMENTS, AttemptFilter
from scoring.guests import day_of, guest_of
from scoring.lines.result import characters_of, explanation, legibility, legibility_of, remarks_on
from scoring.models import Attempt, AttemptQuerySet, Line

#: Candidates shown on an attempt's page.
_CANDIDATES = 3
#: Labels of the filters.
_TITLES = {
    "character": gettext_lazy("Character"),
    "script": gettext_lazy("Script"),
    "grade": gettext_lazy("Grade"),
    "score": gettext_lazy("Score"),
    "line": gettext_lazy("Word or sentence"),
    "after": gettext_lazy("From"),
    "before": gettext_lazy("Before"),
}


class HistoryPagination(NewestFirst):
    page_size = 48
    page_size_query_param = ""  # fixed


@method_decorator(never_cache, "dispatch")  # the browser's Back must not show deleted attempts
class OwnAttempts(View):
    """Base of the history's views: the visitor's own attempts, filtered by the query."""

    @property
    def attempts(self) -> AttemptQuerySet:
        return Attempt.objects.owned_by(self.request.user, guest_of(self.request).id)

    @cached_property
    def filter(self) -> AttemptFilter:
        return AttemptFilter(self._with_starts_of_days(), self.attempts)

    def _with_starts_of_days(self) -> QueryDict:
        """The query, in which a date stands for the beginning of the learner's day."""
        query, user = self.request.GET.copy(), self.request.user
        for name in ("after", "before"):
            with suppress(ValueError, OverflowError):  # the filter answers what isn't a date of the calendar
                day = date.fromisoformat(query.get(name, ""))
                if user.is_authenticated:
                    query[name] = timezone.localtime(user.clock.start_of(day)).isoformat()
        return query

    def render_page(self, error: str = "", status: int = 400) -> HttpResponse:
        """One page of the history; with an error and its status if there is one."""
        if not self.filter.is_valid():
            error = " ".join(
                _("%(field)s: %(trouble)s") % {"field": _TITLES[name], "trouble": errors[0]}
                for name, errors in self.filter.errors.items()
            )
        context = {
            "filter": self.filter,
            "is_filtered": any(self.request.GET.get(name) for name in _TITLES),
            "facets": self.facets(),
            "error": error,
        }
        if self.filter.is_valid():
            context |= self.page()
        return render(self.request, "scoring/history.html", context, status=status if error else 200)

    def facets(self) -> list[dict[str, Any]]:
        """Filters with several choices."""
        choices: dict[str, list[Any]] = {"script": Character.Script.choices, "grade": Character.Grade.choices}
        return [
            {
                "name": name,
                "title": _TITLES[name],
                "options": [
                    (value, label, str(value) in self.request.GET.getlist(name)) for value, label in choices[name]
                ],
            }
            for name in choices
        ]

    def page(self) -> dict[str, Any]:
        """The attempts at the cursor by day and by line, and the addresses of the next and previous page."""
        paginator = HistoryPagination()
        found = self.filter.qs.select_related("target", "line").prefetch_related("scores")
        try:
            attempts: list[Attempt] = paginator.paginate_queryset(found, Request(self.request)) or []
        except NotFound as error:
            raise Http404(str(error)) from error
        return {
            "days": [
                (day, _groups(of_day))
                for day, of_day in groupby(attempts, lambda attempt: day_of(self.request, attempt.written_at))
            ],
            "older": paginator.get_next_link(),
            "newer": paginator.get_previous_link(),
        }


class HistoryView(OwnAttempts):
    """All attempts, newest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render_page()


class AttemptView(OwnAttempts):
    """One attempt with its candidates and remarks."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        found = self.attempts.select_related("target", "shared").prefetch_related("scores")
        attempt = get_object_or_404(found, pk=pk)
        judgement = attempt.newest_score
        context = {
            "attempt": attempt,
            "picture": _picture(attempt),
            "strokes": ink_paths(attempt.ink) if attempt.ink else [],
            "candidates": [
                (_(" or ").join([read["character"], *read["lookalikes"]]), round(read["confidence"] * 100))
                for read in (judgement.candidates if judgement else [])[:_CANDIDATES]
            ],
            "reasons": reasons.with_pictures(attempt),
            "remarks": [remarks.text(remark) for remark in (attempt.score.remarks if attempt.score else [])],
            "notes": [remarks.text(note) for note in (attempt.score.notes if attempt.score else [])],
            "shared": attempt.shared_url and settings.SITE_URL + attempt.shared_url,
            "is_unknown": bool(judgement and not judgement.known),
        }
        return render(request, "scoring/attempt.html", context)


class LineView(OwnAttempts):
    """A word or a sentence: what a reader reads, and its characters."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        own = Line.objects.owned_by(request.user, guest_of(request).id)
        attempts = Attempt.objects.filter(forgotten_at=None).select_related("target").prefetch_related("scores")
        line = get_object_or_404(own.prefetch_related(Prefetch("attempts", attempts)), pk=pk)
        context = {
            "line": line,
            "legibility": legibility(line),
            "characters": [_character(line, *one) for one in characters_of(line)],
            "explanations": list(filter(None, map(explanation, line.characters))),
            "remarks": remarks_on(line),
        }
        return render(request, "scoring/line.html", context)


def _character(line: Line, position: int, character: str | None, attempt: Attempt | None) -> dict[str, Any]:
    """A character of a line as its page shows it."""
    read = line.characters[position - 1] if position <= len(line.characters) else {}
    return {
        "literal": character or read.get("read_as", ""),
        "read_as": read.get("read_as", ""),
        "is_misread": bool(character and read and character != read["read_as"]),
        "legibility": legibility_of(character, attempt) if character else attempt and attempt.legibility,
        "attempt": attempt,
        "picture": attempt and _picture(attempt),
    }


class DeleteAttemptsView(OwnAttempts):
    """Delete the chosen attempts, or all that match the filters once their number is confirmed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.filter.is_valid():
            return self.render_page()
        return self.confirm(self.filter.qs.count())

    def post(self, request: HttpRequest) -> HttpResponse:
        if "number" in request.POST:
            return self.delete_all(request.POST["number"])
        try:
            chosen = [UUID(pk) for pk in request.POST.getlist("attempt")]
        except ValueError:
            return self.render_page(_("This attempt does not exist."))
        if not chosen:
            return self.render_page(_("Choose what to delete."))
        now = timezone.now()
        deleted = self.attempts.filter(pk__in=chosen).hide(now)
        if not deleted:
            raise Http404("None of them is yours.")
        return self.redirect_back(deleted, now, request.GET.urlencode())

    def delete_all(self, number: str) -> HttpResponse:
        if not self.filter.is_valid():
            return self.render_page()
        # Attempts may have been added or deleted since: delete no more than was confirmed.
        count = self.filter.qs.count()
        if number != str(count):
            return self.confirm(count, status=409)
        now = timezone.now()
        return self.redirect_back(self.filter.qs.hide(now), now)

    def confirm(self, count: int, status: int = 200) -> HttpResponse:
        if not count:
            return to_history("")
        query = self.request.GET.urlencode()
        context = {"count": count, "query": query, "has_changed": status == 409}
        return render(self.request, "scoring/delete_attempts.html", context, status=status)

    def redirect_back(self, deleted: int, at: datetime, query: str = "") -> HttpResponse:
        text = ngettext("%(number)s attempt deleted.", "%(number)s attempts deleted.", deleted)
        # The moment identifies what Undo restores.
        messages.success(self.request, text % {"number": number_format(deleted)}, extra_tags=at.isoformat())
        return to_history(query)


class RestoreForm(forms.Form):
    """Attempts that were deleted together, identified by the moment."""

    forgotten_at = IsoDateTimeField(validators=MOMENTS)


class RestoreAttemptsView(OwnAttempts):
    """Restore attempts that were deleted a moment ago."""

    def post(self, request: HttpRequest) -> HttpResponse:
        form = RestoreForm(request.POST)
        if not form.is_valid():
            return self.render_page(_("Choose what to restore."))
        deleted = Attempt.objects.hidden_by(request.user, guest_of(request).id)
        restored = deleted.filter(forgotten_at=form.cleaned_data["forgotten_at"]).restore()
        if not restored:
            return self.render_page(_("It is too late to undo: the attempts are permanently deleted."), 404)
        text = ngettext("%(n)s attempt restored.", "%(n)s attempts restored.", restored)
        messages.success(request, text % {"n": number_format(restored)})
        return to_history(request.GET.urlencode())


def to_history(query: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("history") + (f"?{query}" if query else ""))


def _groups(attempts: Iterable[Attempt]) -> list[tuple[Line | None, list[tuple[Attempt, Picture | None]]]]:
    """These attempts with their pictures; those of one line together, in its order."""
    groups: list[tuple[Line | None, list[tuple[Attempt, Picture | None]]]] = []
    for line, of_line in groupby(attempts, lambda attempt: attempt.line):
        tiles = [(attempt, _picture(attempt)) for attempt in of_line]
        groups.append((line, sorted(tiles, key=lambda tile: tile[0].position or 0) if line else tiles))
    return groups


def _picture(attempt: Attempt) -> Picture | None:
    return Picture.of_ink(attempt.ink) if attempt.ink else None
