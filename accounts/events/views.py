"""The pages of webhooks."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.events import webhooks
from accounts.events.api import WebhookThrottle
from accounts.events.posting import check_url
from accounts.models import User, Webhook

#: Deliveries that the page shows.
_SHOWN = 50


class WebhookForm(forms.Form):
    url = forms.CharField(
        label=_("Address"),
        max_length=Webhook.LONGEST_URL,
        validators=[check_url],
        widget=forms.URLInput(attrs={"placeholder": "https://example.org/hook", "autocomplete": "off"}),
        help_text=_("With https, and on a host that is open to the internet."),
    )


@method_decorator(never_cache, name="dispatch")
class WebhooksView(LoginRequiredMixin, View):
    """The user's webhooks, and a form that registers one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(WebhookForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = WebhookForm(request.POST)
        if not form.is_valid():
            return self.page(form, status=400)
        try:
            webhook = Webhook.objects.register(cast(User, request.user), form.cleaned_data["url"])
        except ValidationError as error:
            form.add_error(None, error)
            return self.page(form, status=409)
        # No redirect: the secret would have to be stored somewhere until the next request.
        return self.page(WebhookForm(), status=201, new=webhook)

    def page(self, form: WebhookForm, status: int = 200, **shown: Any) -> HttpResponse:
        context = {"form": form, "webhooks": cast(User, self.request.user).webhooks.all(), **shown}
        return render(self.request, "accounts/webhooks.html", context, status=status)


class WebhookView(LoginRequiredMixin, View):
    """A webhook of the user, with the log of its deliveries."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        webhook = self.webhook(pk)
        deliveries = webhook.deliveries.all()[:_SHOWN]
        context = {"webhook": webhook, "deliveries": deliveries, "days": webhook.deliveries.model.RETENTION.days}
        return render(request, "accounts/webhook.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Test, pause, resume or delete it, as `do` says."""
        webhook = self.webhook(pk)
        match request.POST.get("do"):
            case "test" if not webhook.paused_for:
                if WebhookThrottle().allow_request(request, self) and webhooks.test(webhook):
                    messages.success(request, _("A test is on its way. Reload this page in a moment."))
                else:
                    messages.error(request, _("You have sent many tests. Wait a while, then try again."))
            case "pause":
                webhook.pause(Webhook.Pause.OWNER)
            case "resume":
                if not webhook.resume():
                    messages.error(request, Webhook.Pause.OPERATOR.label)
            case "delete":
                webhook.delete()
                messages.success(request, _("The webhook was deleted."))
                return redirect("webhooks")
            case _:
                return HttpResponseBadRequest()
        return redirect("webhook", pk)

    def webhook(self, pk: int) -> Webhook:
        return get_object_or_404(cast(User, self.request.user).webhooks, pk=pk)
