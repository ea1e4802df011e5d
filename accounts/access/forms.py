"""The forms of signing up and resetting a password, of the preferences and of API tokens."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.access.preferences import zone_choices
from accounts.models import Scope
from accounts.models.days import LATEST_START

#: The session key under which the address that has just signed up is kept.
SIGNED_UP_AS = "signed_up_as"


class SignupForm(allauth.SignupForm):
    """Takes as long for an address that has an account: it hashes the password there too."""

    def try_save(self, request: HttpRequest) -> Any:
        request.session[SIGNED_UP_AS] = self.cleaned_data["email"]
        user, response = super().try_save(request)
        if user is None:
            make_password(self.cleaned_data["password1"])
        return user, response

    def save(self, request: HttpRequest) -> Any:
        """The new user, stored with the address in one commit, which takes less time than several."""
        with transaction.atomic():
            return super().save(request)


class ResetPasswordForm(allauth.ResetPasswordForm):
    """Hashes a password for every address: beside the time that takes, the mails differ by nothing."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        make_password("")
        return str(super().save(request, **kwargs))


class SendMailAgainForm(forms.Form):
    email = forms.EmailField(label=_("Email"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))


def _hour(hour: int) -> str:
    """The hour of a clock, as a choice shows it."""
    return pgettext("hour of a clock", "%(hour)d:00") % {"hour": hour}


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zone_choices,
        help_text=_("Sets when your day starts and ends, for your daily goal, streaks and reviews."),
    )
    day_starts_at = forms.TypedChoiceField(
        label=_("Start of the day"),
        choices=lambda: [(0, _("Midnight")), *((hour, _hour(hour)) for hour in range(1, LATEST_START + 1))],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("If you write late at night: what you write before this hour counts for the day before."),
    )
    is_school_strict = forms.BooleanField(
        label=_("Be strict about how strokes end"),
        required=False,
        help_text=_(
            "School tests may ask for hooks, stops and sweeps as in the textbook. Otherwise they are only notes."
        ),
    )


class TokenForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("What it is for, such as “Tablet at school”"))
    scopes = forms.MultipleChoiceField(
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        label=_("What it may do"),
        initial=[Scope.READ_HISTORY],
    )
    days = forms.TypedChoiceField(
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("A year")), ("", _("Until revoked"))],
        coerce=int,
        empty_value=None,
        required=False,
        label=_("How long it is valid"),
        initial=90,
    )

    def expires_at(self) -> datetime | None:
        """When the token expires; None: never."""
        days = self.cleaned_data["days"]
        return timezone.now() + timedelta(days=days) if days else None
