"""The page of one's data: take it out, bring it in, and who else may see it."""

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

from accounts.access.consents import agree
from accounts.models import Export, Import, User
from accounts.transfer import importing
from accounts.transfer.api import start_export, start_import
from accounts.transfer.deletion import leave
from scoring.models import Attempt, SharedWriting


@method_decorator(never_cache, name="dispatch")
class DataView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page()

    def post(self, request: HttpRequest) -> HttpResponse:
        """`do` says what: consents, export, delete or import."""
        user, wanted = cast(User, request.user), request.POST.get("do")
        if wanted == "consents":
            consents = {name: name in request.POST for name in ("shows_examples", "allows_training")}
            agree(user, **consents)
            messages.success(request, _("That is kept."))
        elif wanted == "export":
            start_export(user)
        elif wanted == "delete":
            for export in Export.objects.filter(user=user):
                export.delete()
            messages.success(request, _("The file is deleted."))
        elif wanted == "import":
            return self.bring_in(user)
        else:
            return self.page(status=400)
        return redirect("data")

    def bring_in(self, user: User) -> HttpResponse:
        file = self.request.FILES.get("file")
        if file is None:
            return self.page(_("Choose a file first."), status=400)
        try:
            started = start_import(user, file)
        except importing.NotTaken as error:
            trouble = _("This is larger than an export can be.")
            if error.code != "too_large":
                trouble = _("This is not an export of Letters-AI.")
            return self.page(trouble, status=413 if error.code == "too_large" else 400)
        return redirect("data") if started else self.page(_("Another import is still running."), status=409)

    def page(self, trouble: str = "", status: int = 200) -> HttpResponse:
        user = cast(User, self.request.user)
        context = {
            "export": Export.objects.filter(user=user).first(),
            "brought": Import.objects.filter(user=user).first(),
            "shared_writings": SharedWriting.objects.shown().filter(attempt__user=user).count(),
            "shared_lists": user.lists.exclude(shared_as=None).count(),
            "trouble": trouble,
        }
        return render(self.request, "accounts/data.html", context, status=status)


@method_decorator(reauthentication_required, "dispatch")  # whoever finds the browser open can't
class LeaveView(LoginRequiredMixin, View):
    """Delete the account, and everything that is its owner's, within minutes."""

    def get(self, request: HttpRequest) -> HttpResponse:
        count = Attempt.objects.owned_by(request.user, None).count()
        return render(request, "accounts/leave.html", {"count": count})

    def post(self, request: HttpRequest) -> HttpResponse:
        leave(request)
        return render(request, "accounts/left.html")
