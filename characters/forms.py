"""What visitors may say of a character's page."""

from typing import Any

import redis
from django import forms
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from characters.models import Report


class ReportForm(forms.ModelForm):
    #: No human sees it; programs that fill in every field give themselves away.
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
    def is_trap_sprung(self) -> bool:
        return bool(self.cleaned_data["website"])


class ReportThrottle(SimpleRateThrottle):
    """Ten reports an hour from one address; unlimited while Redis is down."""

    scope = "reports"
    rate = "10/hour"

    def get_cache_key(self, request: Request, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}

    def allow_request(self, request: Any, view: Any) -> bool:
        try:
            return super().allow_request(request, view)
        except redis.RedisError:
            return True
