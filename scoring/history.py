"""The history's pages: what one wrote, and forgetting it."""

from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
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
from scoring import remarks
from scoring.filters import MOMENTS, AttemptFilter
from scoring.guests import guest_of
from scoring.models import Attempt, AttemptQuerySet
from scoring.views import NewestFirst

#: Readings that a writing's page tells.
_READINGS = 3
#: What the filters are called on the page.
_TITLES = {
    "character": gettext_lazy("Character"),
    "script": gettext_lazy("Script"),
    "grade": gettext_lazy("Grade"),
    "score": gettext_lazy("Score"),
    "after": gettext_lazy("Since"),
    "before": gettext_lazy("Before"),
}


class Sheet(NewestFirst):
    page_size = 48
    page_size_query_param = ""  # always as many


@method_decorator(never_cache, "dispatch")  # what was forgotten doesn't come back with the browser's Back
class OwnWritings(View):
    """Knows what a signed-in user or a guest wrote, and which of it the address asks for."""

    @property
    def attempts(self) -> AttemptQuerySet:
        return Attempt.objects.owned_by(self.request.user, guest_of(self.request).id)

    @cached_property
    def filter(self) -> AttemptFilter:
        return AttemptFilter(self.request.GET, self.attempts)

    def sheet(self, trouble: str = "", status: int = 400) -> HttpResponse:
        """One page of the history; with what the trouble is and the status for it."""
        if not self.filter.is_valid():
            trouble = " ".join(
                _("%(field)s: %(trouble)s") % {"field": _TITLES[name], "trouble": errors[0]}
                for name, errors in self.filter.errors.items()
            )
        context = {
            "filter": self.filter,
            "is_filtered": any(self.request.GET.get(name) for name in _TITLES),
            "facets": self.facets(),
            "trouble": trouble,
        }
        if self.filter.is_valid():
            context |= self.page()
        return render(self.request, "scoring/history.html", context, status=status if trouble else 200)

    def facets(self) -> list[dict[str, Any]]:
        """Filters of which several may be chosen."""
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
        """The writings that the cursor points at, by day, and the addresses of those before and after them."""
        paginator = Sheet()
        found = self.filter.qs.select_related("target").prefetch_related("scores")
        try:
            attempts: list[Attempt] = paginator.paginate_queryset(found, Request(self.request)) or []
        except NotFound as error:
            raise Http404(str(error)) from error
        return {
            "days": [
                (day, [(attempt, _picture(attempt)) for attempt in written])
                for day, written in groupby(attempts, lambda attempt: timezone.localdate(attempt.written_at))
            ],
            "older": paginator.get_next_link(),
            "newer": paginator.get_previous_link(),
        }


class HistoryView(OwnWritings):
    """All writings, newest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.sheet()


class WritingView(OwnWritings):
    """One writing, large, with what it was read as."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        found = self.attempts.select_related("target", "shared").prefetch_related("scores")
        attempt = get_object_or_404(found, pk=pk)
        judgement = attempt.newest_judgement
        context = {
            "attempt": attempt,
            "picture": _picture(attempt),
            "strokes": ink_paths(attempt.ink) if attempt.ink else [],
            "readings": [
                (_(" or ").join([read["character"], *read["lookalikes"]]), round(read["confidence"] * 100))
                for read in (judgement.candidates if judgement else [])[:_READINGS]
            ],
            "remarks": [remarks.text(remark) for remark in (attempt.score.remarks if attempt.score else [])],
            "shared": attempt.shared_url and request.build_absolute_uri(attempt.shared_url),
            "is_unknown": bool(judgement and not judgement.known),
        }
        return render(request, "scoring/writing.html", context)


class ForgetView(OwnWritings):
    """Forget those that were chosen, or all that the filters leave once their number is confirmed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.filter.is_valid():
            return self.sheet()
        return self.confirm(self.filter.qs.count())

    def post(self, request: HttpRequest) -> HttpResponse:
        if "number" in request.POST:
            return self.forget_all(request.POST["number"])
        try:
            chosen = [UUID(pk) for pk in request.POST.getlist("attempt")]
        except ValueError:
            return self.sheet(_("That is no writing."))
        if not chosen:
            return self.sheet(_("Choose what to forget."))
        now = timezone.now()
        forgotten = self.attempts.filter(pk__in=chosen).forget(now)
        if not forgotten:
            raise Http404("None of them is yours.")
        return self.back(forgotten, now, request.GET.urlencode())

    def forget_all(self, number: str) -> HttpResponse:
        if not self.filter.is_valid():
            return self.sheet()
        # Something may have been written or forgotten since: nobody loses more than was said.
        count = self.filter.qs.count()
        if number != str(count):
            return self.confirm(count, status=409)
        now = timezone.now()
        return self.back(self.filter.qs.forget(now), now)

    def confirm(self, count: int, status: int = 200) -> HttpResponse:
        if not count:
            return to_history("")
        query = self.request.GET.urlencode()
        context = {"count": count, "query": query, "has_changed": status == 409}
        return render(self.request, "scoring/forget.html", context, status=status)

    def back(self, forgotten: int, at: datetime, query: str = "") -> HttpResponse:
        said = ngettext("%(number)s writing forgotten.", "%(number)s writings forgotten.", forgotten)
        # The moment goes along: it names what Undo brings back.
        messages.success(
            self.request, said % {"number": number_format(forgotten, force_grouping=True)}, extra_tags=at.isoformat()
        )
        return to_history(query)


class Forgotten(forms.Form):
    """What was forgotten in one go, named by the moment."""

    forgotten_at = IsoDateTimeField(validators=MOMENTS)


class RestoreView(OwnWritings):
    """Bring back what was forgotten a moment ago."""

    def post(self, request: HttpRequest) -> HttpResponse:
        form = Forgotten(request.POST)
        if not form.is_valid():
            return self.sheet(_("Say what to bring back."))
        forgotten = Attempt.objects.forgotten_by(request.user, guest_of(request).id)
        restored = forgotten.filter(forgotten_at=form.cleaned_data["forgotten_at"]).restore()
        if not restored:
            return self.sheet(_("It is too late: they are deleted for good."), 404)
        said = ngettext("%(n)s writing is back.", "%(n)s writings are back.", restored)
        messages.success(request, said % {"n": number_format(restored)})
        return to_history(request.GET.urlencode())


def to_history(query: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("history") + (f"?{query}" if query else ""))


def _picture(attempt: Attempt) -> Picture | None:
    return Picture.of_ink(attempt.ink) if attempt.ink else None
