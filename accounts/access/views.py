"""The account pages that allauth doesn't have: claiming attempts, preferences, API tokens."""

from typing import Any, cast

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from accounts.access.claims import unclaimed
from accounts.access.forms import PreferencesForm, SendMailAgainForm, TokenForm
from accounts.access.preferences import browser_zone, change_clock
from accounts.access.tasks import send_confirmation_again
from accounts.models import Token, User
from characters.pictures import Picture
from scoring.guests import guest_of

#: Most unclaimed attempts that the page shows.
_SHOWN = 12


class ClaimView(LoginRequiredMixin, View):
    """Asks once whether this browser's guest attempts are the user's: the computer may be shared."""

    def get(self, request: HttpRequest) -> HttpResponse:
        found = unclaimed(request)
        count = found.count()
        if not count:
            return redirect("today")
        shown = [Picture.of_ink(attempt.ink) for attempt in found.filter(ink__isnull=False)[:_SHOWN] if attempt.ink]
        return render(request, "accounts/claim.html", {"count": count, "shown": shown})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Claim the attempts if `mine` is yes; otherwise decline them."""
        found = unclaimed(request)
        if request.POST.get("mine") == "yes":
            found.give_to(request.user)
        elif guest := guest_of(request).id:
            cast(User, request.user).decline(guest)
        return redirect("today")


class SendMailAgainView(View):
    """Sends the confirmation mail again.

    The answer is the same for every address, and a task sends the mail: nobody learns who has an account.
    """

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SendMailAgainForm(request.POST)
        if form.is_valid():
            email = form.cleaned_data["email"]
            if refusal := ratelimit.consume_or_429(request, action="send_mail_again", key=email.lower()):
                return refusal
            send_confirmation_again.delay(email)
            messages.success(request, _("If this address is waiting to be confirmed, the email is on its way."))
        else:
            messages.error(request, " ".join(map(str, form.errors["email"])))
        return redirect("account_email_verification_sent")


class PreferencesView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        user = cast(User, request.user)
        zone = user.time_zone or browser_zone(request) or "UTC"
        known = {
            "language": translation.get_language(),
            "time_zone": zone,
            "day_starts_at": user.day_starts_at,
            "is_school_strict": user.is_school_strict,
        }
        return self.page(PreferencesForm(initial=known))

    def post(self, request: HttpRequest) -> HttpResponse:
        user = cast(User, request.user)
        given = request.POST.copy()
        if zone := given.get("use_zone"):
            given["time_zone"] = zone
        form = PreferencesForm(given)
        if not form.is_valid():
            return self.page(form, status=400)
        user.language = form.cleaned_data["language"]
        user.is_school_strict = form.cleaned_data["is_school_strict"]
        user.save(update_fields=["language", "is_school_strict"])
        change_clock(user, **{name: form.cleaned_data[name] for name in ("time_zone", "day_starts_at")})
        with translation.override(user.language):
            messages.success(request, str(_("Saved.")))
        return redirect("preferences")

    def page(self, form: PreferencesForm, status: int = 200) -> HttpResponse:
        suggested = browser_zone(self.request)
        context = {"fields": {"form": form}, "suggested": suggested if suggested != form["time_zone"].value() else ""}
        return render(self.request, "accounts/preferences.html", context, status=status)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Set the language of this browser and, if somebody is signed in, of the account; then go to the page `next`."""
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=code)
    return set_language(request)


@method_decorator(never_cache, name="dispatch")
class TokensView(LoginRequiredMixin, View):
    """The user's API tokens, and a form that creates one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(TokenForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TokenForm(request.POST)
        if not form.is_valid():
            return self.page(form, status=400)
        chosen = form.cleaned_data
        try:
            user = cast(User, request.user)
            token, secret = Token.objects.issue(user, chosen["name"], chosen["scopes"], form.expires_at())
        except ValidationError as error:
            form.add_error(None, error)
            return self.page(form, status=409)
        # No redirect: the secret would have to be stored somewhere until the next request.
        return self.page(TokenForm(), status=201, new=token, secret=secret)

    def page(self, form: TokenForm, status: int = 200, **shown: Any) -> HttpResponse:
        tokens = cast(User, self.request.user).tokens.all()
        return render(self.request, "accounts/tokens.html", {"form": form, "tokens": tokens, **shown}, status=status)


class RevokeTokenView(LoginRequiredMixin, View):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        token = get_object_or_404(cast(User, request.user).tokens, pk=pk)
        token.delete()
        messages.success(request, _("%(name)s revoked.") % {"name": token.name})
        return redirect("tokens")
