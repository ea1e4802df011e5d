"""The language and the time zone of an account, and of a browser."""

from itertools import groupby
from typing import Any, cast
from zoneinfo import available_timezones

from allauth.account.signals import user_signed_up
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from accounts.access.middleware import browser_language, browser_zone
from accounts.models import User
from accounts.progress.tally import change_time_zone


def zones() -> list[tuple[Any, Any]]:
    """All time zones, those of a region together, for a select."""
    # Etc/… and those without a region are other names of the same.
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    regions = groupby(names, lambda name: name.partition("/")[0])
    grouped = [(region, [(n, n.partition("/")[2].replace("_", " ")) for n in among]) for region, among in regions]
    return [("UTC", "UTC"), *grouped]


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=zones, help_text=_("When your days begin and end: today, streaks, what is due.")
    )


class PreferencesView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        user = cast(User, request.user)
        zone = user.time_zone or browser_zone(request) or "UTC"
        return self.page(PreferencesForm(initial={"language": translation.get_language(), "time_zone": zone}))

    def post(self, request: HttpRequest) -> HttpResponse:
        user = cast(User, request.user)
        form = PreferencesForm(request.POST)
        if not form.is_valid():
            return self.page(form, status=400)
        user.language = form.cleaned_data["language"]
        user.save(update_fields=["language"])
        if user.time_zone != form.cleaned_data["time_zone"]:
            change_time_zone(user, form.cleaned_data["time_zone"])
        with translation.override(user.language):
            messages.success(request, str(_("Your preferences are saved.")))
        return redirect("preferences")

    def page(self, form: PreferencesForm, status: int = 200) -> HttpResponse:
        suggested = browser_zone(self.request)
        context = {"fields": {"form": form}, "suggested": suggested if suggested != form["time_zone"].value() else ""}
        return render(self.request, "accounts/preferences.html", context, status=status)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Answer in `language` from now on, with the account wherever it is; back to the page `next`."""
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=code)
    return set_language(request)


@receiver([user_signed_up, user_logged_in], dispatch_uid="accounts.access.preferences")
def take_over(request: HttpRequest, user: User, **_: Any) -> None:
    """What the account doesn't know yet is the browser's."""
    if not user.language:
        user.language = browser_language(request)
        user.save(update_fields=["language"])
    if not user.time_zone and (zone := browser_zone(request)):
        change_time_zone(user, zone)
