"""The pages of the practice: the first run, the plan, lists, a lesson, and the page that stops reminders."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, ensure_csrf_cookie

from accounts.access.guests import chosen_characters, guest_set, remember_set
from accounts.models import CharacterList, Day, Plan, Progress, Review, User
from accounts.models.plan import Order
from accounts.practice.forms import MINUTES, MOST_OF_GUEST, OWN, FirstRunForm, ListForm, PlanForm
from accounts.practice.lists import ListProgress
from accounts.practice.reminders import user_of_stop_token
from accounts.practice.reviews_api import practice_of
from characters.catalogue import name_unknown
from scoring.guests import day_of, guest_of, writer_of

#: Days that the forecast on the plan's page covers.
_FORECAST_DAYS = 30
#: Most due characters that the plan's page shows.
_SHOWN = 24
#: Size of the forecast's chart, and the distance from one bar to the next; px.
_CHART_WIDTH, _CHART_HEIGHT, _BAR_STEP = 360, 96, 12


class LearnerView(LoginRequiredMixin, View):
    """A page of the signed-in learner."""

    @property
    def user(self) -> User:
        return cast(User, self.request.user)


@method_decorator(never_cache, "dispatch")
class PlanView(LearnerView):
    """The plan's page: what is due, the forecast, and the form."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(PlanForm(instance=Plan.of(self.user)))

    def post(self, request: HttpRequest) -> HttpResponse:
        with transaction.atomic():
            User.objects.lock(self.user.pk)
            form = PlanForm(request.POST, instance=Plan.of(self.user))
            if not form.is_valid():
                return self.page(form, status=400)
            form.instance.keep()
        messages.success(request, _("Saved."))
        return redirect("plan")

    def page(self, form: PlanForm, status: int = 200) -> HttpResponse:
        plan, due = Plan.of(self.user), Review.objects.due(self.user)
        forecast = Review.objects.forecast(self.user, _FORECAST_DAYS)
        counts = [count for _day, count in forecast]
        new = plan.count_new_today()
        context = {
            "form": form,
            "goal": plan.goal_today(new),
            "may_learn_more": plan.new_characters().exists(),
            "written": Day.objects.today(self.user).attempts,
            "due": due.count(),
            "new": new,
            "shown": due.values_list("character__literal", flat=True)[:_SHOWN],
            "stages": Review.objects.stages(self.user),
            "mature": Review.MATURE,
            "forecast": forecast,
            "week": sum(counts[:7]),
            "month": sum(counts),
            "most": max(counts),
            "bars": _bars(counts),
            "width": _CHART_WIDTH,
            "height": _CHART_HEIGHT,
        }
        return render(self.request, "accounts/plan.html", context, status=status)


def _bars(counts: list[int]) -> list[tuple[int, int, int]]:
    """(x, y, height) of a bar for each count, px. The highest fills the chart; no positive count is invisible."""
    most = max(counts) or 1
    heights = [max(round(count * _CHART_HEIGHT / most), 2 * (count > 0)) for count in counts]
    return [(n * _BAR_STEP, _CHART_HEIGHT - height, height) for n, height in enumerate(heights)]


@method_decorator(never_cache, "dispatch")
class FirstRunView(View):
    """Chooses what to practise: of a learner for the plan, of a guest for this browser."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            plan = Plan.of(request.user)
            minutes = min(MINUTES, key=lambda offered: abs(2 * offered - plan.daily_goal))
            known: dict[str, Any] = {"what": plan.character_set or "hiragana", "minutes": minutes}
        else:
            known = {"what": guest_set(request) or "hiragana"}
        return self.page(FirstRunForm(initial=known))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FirstRunForm(request.POST)
        if not form.is_valid():
            return self.page(form, status=400)
        if not request.user.is_authenticated:
            return self.keep_for_guest(form)
        try:
            with transaction.atomic():
                User.objects.lock(request.user.pk)
                form.keep(Plan.of(request.user))
        except ValidationError as error:
            form.add_error(None, error)
            return self.page(form, status=409)
        return redirect("lesson")

    def keep_for_guest(self, form: FirstRunForm) -> HttpResponse:
        """Remember the set in this browser; characters of one's own go into the lesson's address."""
        if form.cleaned_data["what"] == OWN:
            characters = form.cleaned_data["characters"][:MOST_OF_GUEST]
            return redirect(f"{reverse('lesson')}?{urlencode({'characters': characters})}")
        response = redirect("lesson")
        remember_set(response, form.cleaned_data["what"])
        return response

    def page(self, form: FirstRunForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "own": OWN, "most": MOST_OF_GUEST}
        return render(self.request, "accounts/first_run.html", context, status=status)


class OwnListView(LearnerView):
    """A page on which the learner edits lists."""

    def report(self, form: ListForm, news: str) -> None:
        """Show `news`, and which letters and digits of the text were left out."""
        messages.success(self.request, news)
        if form.unknown:
            left = _("Left out because they are not in the catalogue: %(characters)s")
            messages.info(self.request, left % {"characters": name_unknown(form.unknown)})


@method_decorator(never_cache, "dispatch")
class ListsView(OwnListView):
    """The learner's lists, and a form that creates one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(ListForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ListForm(request.POST, instance=CharacterList(user=self.user))
        if not form.keep():
            return self.page(form, status=400)
        self.report(form, _("“%(name)s” created.") % {"name": form.instance.name})
        return redirect(form.instance)

    def page(self, form: ListForm, status: int = 200) -> HttpResponse:
        progress = ListProgress(self.user)
        lists = [progress.annotate(chosen) for chosen in self.user.lists.all()]
        return render(self.request, "accounts/lists.html", {"form": form, "lists": lists}, status=status)


@method_decorator(never_cache, "dispatch")
class ListView(OwnListView):
    """One of the learner's lists. A POST does what `do` names; without `do` it edits the list."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        chosen = self.chosen()
        return self.page(chosen, ListForm(instance=chosen))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        chosen = self.chosen()
        do = {"share": chosen.share, "unshare": chosen.unshare, "plan": self.follow, "delete": self.remove}
        if request.POST.get("do") not in do:
            return self.edit(chosen)
        do[request.POST["do"]]()
        return redirect("lists" if request.POST["do"] == "delete" else chosen)

    def chosen(self) -> CharacterList:
        return get_object_or_404(self.user.lists, pk=self.kwargs["pk"])

    def edit(self, chosen: CharacterList) -> HttpResponse:
        form = ListForm(self.request.POST, instance=chosen)
        if not form.keep():
            return self.page(self.chosen(), form, status=400)
        self.report(form, _("Saved."))
        return redirect(chosen)

    def follow(self) -> None:
        """Make the plan take new characters from the list."""
        with transaction.atomic():
            User.objects.lock(self.user.pk)
            plan = Plan.of(self.user)
            plan.order, plan.list = Order.LIST, self.chosen()
            plan.keep()
        messages.success(self.request, _("New characters now come from this list."))

    def remove(self) -> None:
        chosen = self.chosen()
        chosen.delete()
        messages.success(self.request, _("“%(name)s” deleted.") % {"name": chosen.name})

    def page(self, chosen: CharacterList, form: ListForm, status: int = 200) -> HttpResponse:
        progress, plan = ListProgress(self.user), Plan.of(self.user)
        shared = settings.SITE_URL + chosen.shared_url if chosen.shared_url else None
        context = {
            "list": progress.annotate(chosen),
            "tiles": [(literal, progress.in_a_row.get(literal)) for literal in chosen.characters],
            "form": form,
            "shared": shared,
            "is_followed": plan.order == Order.LIST and plan.list == chosen,
            "mastered": Progress.MASTERED,
        }
        return render(self.request, "accounts/list.html", context, status=status)


class SharedListView(View):
    """A list as anyone with its link sees it, without the name of its owner."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        shared = get_object_or_404(CharacterList, shared_as=token)
        response = render(request, "accounts/shared_list.html", {"list": shared})
        response["X-Robots-Tag"] = "noindex"
        return response

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Copy the list to the user's own lists."""
        shared = get_object_or_404(CharacterList, shared_as=token)
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        try:
            copy = shared.copy_for(request.user)
        except ValidationError as error:
            context = {"list": shared, "trouble": error.messages}
            return render(request, "accounts/shared_list.html", context, status=409)
        messages.success(request, _("“%(name)s” was added to your lists.") % {"name": copy.name})
        return redirect(copy)


@method_decorator(ensure_csrf_cookie, "dispatch")
class LessonView(View):
    """A lesson, of a learner or a guest.

    `characters` or `shared`, the last part of a shared list's address, choose what it practises. Otherwise the script
    of a learner's lesson asks the API, with the address's `size`, `more` and `list`; a guest gets the next characters
    of the set chosen in this browser.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        user = request.user if request.user.is_authenticated else None
        if "list" in request.GET and not user:
            return redirect_to_login(request.get_full_path())
        guest_of(request).remember()
        characters = chosen_characters(request)
        context = {
            "writer": writer_of(request),
            "day": day_of(request, timezone.now()),
            "done": reverse("today"),
            "lists": reverse("lists" if user else "first-run"),
            "practice": practice_of(user, characters) if characters else None,
        }
        return render(request, "accounts/lesson.html", context)


@method_decorator(ensure_csrf_cookie, "dispatch")
class WordsView(View):
    """The page on which words and sentences are written, by a learner or a guest; its script asks the API for words.

    The address's `list` chooses words of that list's characters.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        if "list" in request.GET and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        guest_of(request).remember()
        return render(request, "accounts/words.html", {"writer": writer_of(request)})


def words_offline(request: HttpRequest) -> HttpResponse:
    """The page of words with nobody's data, which the service worker shows when there is no connection."""
    return render(request, "accounts/words_offline.html")


@method_decorator(csrf_exempt, "dispatch")  # mail programs have no session; the address itself is signed
class StopRemindersView(View):
    """Stops the reminders of a mail's recipient. Only a POST does so: mail programs may open every link (RFC 8058)."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.page(self.plans(token).filter(reminds=False).exists())

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        self.plans(token).update(reminds=False)
        return self.page(True)

    def plans(self, token: str) -> "QuerySet[Plan]":
        user = user_of_stop_token(token)
        if user is None:
            raise Http404("This link was not sent by this site.")
        return Plan.objects.filter(user=user)

    def page(self, is_stopped: bool) -> HttpResponse:
        return render(self.request, "accounts/stop_reminders.html", {"is_stopped": is_stopped})
