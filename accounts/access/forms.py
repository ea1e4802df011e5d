"""The forms of the preferences and of API tokens."""

from datetime import datetime, timedelta

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access.preferences import zone_choices
from accounts.models import Scope


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zone_choices,
        help_text=_("Sets when your day starts and ends, for your daily goal, streaks and reviews."),
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
