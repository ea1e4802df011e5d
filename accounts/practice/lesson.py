"""The page of a lesson: so many characters, one after another."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.urls import NoReverseMatch, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.generic import TemplateView

from scoring.guests import writer_of


@method_decorator(ensure_csrf_cookie, "dispatch")
class LessonView(LoginRequiredMixin, TemplateView):
    """What is practised, and in which order, the page asks the API; `size` and `list` in its address say of what."""

    template_name = "accounts/lesson.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`done` is where one goes afterwards, `lists` where there is something to practise."""
        return super().get_context_data(
            writer=writer_of(self.request),
            done=_url("today", "history"),
            lists=_url("lists", "characters"),
            **kwargs,
        )


def _url(*names: str) -> str:
    """The address of the first of the pages `names` that this site has."""
    for name in names[:-1]:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return reverse(names[-1])
