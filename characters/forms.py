"""The form with which visitors report a mistake on a character's page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from characters.models import Report
from characters.throttling import TolerantThrottle


class ReportForm(forms.ModelForm):
    #: A honeypot: people don't see it, programs fill it in.
    website = forms.CharField(required=False, label=_("Leave this empty"))

    class Meta:
        model = Report
        fields = ["about", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4, "maxlength": 500})}
        labels = {"about": _("What is wrong?"), "text": _("What should it be?")}
        error_messages = {
            "about": {"required": _("Choose what is wrong.")},
            "text": {"required": _("Write a few words."), "max_length": _("At most 500 characters, please.")},
        }

    @property
    def is_spam(self) -> bool:
        return bool(self.cleaned_data["website"])


class ReportThrottle(TolerantThrottle):
    """Ten reports an hour from one address."""

    scope = "reports"
    rate = "10/hour"

    def get_cache_key(self, request: Request, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}
