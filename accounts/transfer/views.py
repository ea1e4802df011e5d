"""The pages of the account's data, and of its deletion."""

from typing import cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.access.consents import set_consents
from accounts.models import Export, Import, User
from accounts.transfer import importing
from accounts.transfer.queue import start_deletion, start_export, start_import
from scoring.models import Attempt, SharedAttempt


@method_decorator(never_cache, name="dispatch")
class DataView(LoginRequiredMixin, View):
    """Export and import, the consents, and what is shared."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page()

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do what `do` names: consents, export, delete (the exported file) or import."""
        user, wanted = cast(User, request.user), request.POST.get("do")
        if wanted == "consents":
            consents = {name: name in request.POST for name in ("shows_examples", "allows_training")}
            set_consents(user, **consents)
            messages.success(request, _("Saved."))
        elif wanted == "export":
            start_export(user)
        elif wanted == "delete":
            for export in Export.objects.filter(user=user):
                export.delete()
            messages.success(request, _("File deleted."))
        elif wanted == "import":
            return self.start_import(user)
        else:
            return self.page(status=400)
        return redirect("data")

    def start_import(self, user: User) -> HttpResponse:
        file = self.request.FILES.get("file")
        if file is None:
            return self.page(_("Choose a file first."), status=400)
        try:
            started = start_import(user, file)
        except importing.Rejected as error:
            if error.code == importing.Rejection.TOO_LARGE:
                return self.page(_("This file is too large to be an export."), status=413)
            return self.page(_("This is not a Letters-AI export."), status=400)
        return redirect("data") if started else self.page(_("Another import is still running."), status=409)

    def page(self, trouble: str = "", status: int = 200) -> HttpResponse:
        user = cast(User, self.request.user)
        context = {
            "export": Export.objects.filter(user=user).first(),
            "brought": Import.objects.filter(user=user).first(),
            "shared_attempts": SharedAttempt.objects.shown().filter(attempt__user=user).count(),
            "shared_lists": user.lists.exclude(shared_as=None).count(),
            "trouble": trouble,
        }
        return render(self.request, "accounts/data.html", context, status=status)


@method_decorator(reauthentication_required, "dispatch")  # so that an open browser isn't enough
class DeleteAccountView(LoginRequiredMixin, View):
    """Deletes the account with all its data, within a minute unless it has very many attempts."""

    def get(self, request: HttpRequest) -> HttpResponse:
        count = Attempt.objects.owned_by(request.user, None).count()
        return render(request, "accounts/delete_account.html", {"count": count})

    def post(self, request: HttpRequest) -> HttpResponse:
        start_deletion(request)
        return render(request, "accounts/account_deleted.html")
