"""Shared attempts: their public pages and pictures, and their owner's list of them."""

from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from characters.drawing import ink_paths
from characters.pictures import Picture
from scoring import marks, preview
from scoring.errors import NotShareable
from scoring.models import Attempt, CannotShow, Obstacle, SharedAttempt
from scoring.queue import score_here

_ON_A_PAGE = 48


def _shown(token: str) -> SharedAttempt:
    """The shared attempt of a link. Raises Http404 once the link is removed."""
    shown = SharedAttempt.objects.shown().select_related("attempt__target").prefetch_related("attempt__scores")
    return get_object_or_404(shown, token=token)


def _mark(shared: SharedAttempt) -> str:
    return marks.OF_BAND[cast(str, shared.score.band)]


@method_decorator(never_cache, "dispatch")  # the browser's Back must not show what is no longer shared
class SharedView(View):
    """A shared attempt, without its owner."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        shared = _shown(token)
        ink = cast(dict[str, Any], shared.attempt.ink)
        context = {
            "shared": shared,
            "picture": Picture.of_ink(ink),
            "strokes": ink_paths(ink),
            "mark": marks.paths(_mark(shared)),
            # Not the address of the request: whoever sends one chooses its Host header.
            "address": settings.SITE_URL + shared.get_absolute_url(),
            "image": settings.SITE_URL + reverse("shared-image", args=[token]),
            "size": (preview.WIDTH, preview.HEIGHT),
        }
        response = render(request, "scoring/shared.html", context)
        response["X-Robots-Tag"] = "noindex"
        return response


class SharedImageView(View):
    """The Open Graph picture of a shared attempt."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        shared = _shown(token)
        etag = f'"{preview.version()}-{shared.score.pk}"'
        response = get_conditional_response(request, etag) or HttpResponse(self.png(shared), "image/png")
        response["ETag"] = etag
        # Caches must revalidate, so that the picture disappears when sharing ends.
        response["Cache-Control"] = "no-cache"
        response["X-Robots-Tag"] = "noindex"
        return response

    def png(self, shared: SharedAttempt) -> bytes:
        ink = cast(dict[str, Any], shared.attempt.ink)
        return preview.png(ink, cast(int, shared.score.legibility), _mark(shared), shared.literal)


class ShareView(LoginRequiredMixin, View):
    """Share an attempt or stop sharing it; the field `do` says which."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        attempt = get_object_or_404(Attempt.objects.owned_by(request.user, None).select_related("target"), pk=pk)
        do = request.POST.get("do")
        if do == "unshare":
            attempt.unshare()
            messages.success(request, _("No longer shared. The link has been removed."))
        elif do == "share":
            self.share(attempt)
        else:
            return HttpResponseBadRequest()
        if "list" in request.POST:
            return redirect("shared-attempts")
        return redirect(reverse("attempt", args=[pk]) + "#share")

    def share(self, attempt: Attempt) -> None:
        try:
            attempt.share()
        except CannotShow as error:
            if error.obstacle == Obstacle.SCORED_ELSEWHERE:
                score_here(attempt)
            messages.error(self.request, NotShareable.REASONS[error.obstacle])


@method_decorator(never_cache, "dispatch")
class SharedAttemptsView(LoginRequiredMixin, View):
    """The user's shared attempts, newest first, each with a button that removes its link."""

    def get(self, request: HttpRequest) -> HttpResponse:
        shared = SharedAttempt.objects.shown().filter(attempt__user=request.user.pk)
        page = Paginator(shared.select_related("attempt__target").prefetch_related("attempt__scores"), _ON_A_PAGE)
        here = page.get_page(request.GET.get("page"))
        shown = [(one, Picture.of_ink(one.attempt.ink or {})) for one in here]
        return render(request, "scoring/shared_attempts.html", {"page": here, "shown": shown})
