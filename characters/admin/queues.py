"""Admin of the exemplars and reports that wait for a curator's decision."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from characters.admin import pictures
from characters.admin.versions import Versioned, VersionedForm
from characters.models import Exemplar, ExemplarQuerySet, Report


class Queue(Versioned, admin.ModelAdmin):
    """Rows that curators decide on but neither add nor delete; undecided rows come first."""

    list_per_page = 50
    list_select_related = ["character"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def log(self, request: HttpRequest, rows: Sequence[Any], message: str) -> None:
        """Write a bulk decision into the history of each row that it changed."""
        LogEntry.objects.log_actions(cast(Any, request.user).pk, rows, CHANGE, change_message=message)

    @admin.display(description=gettext_lazy("reference"))
    def reference(self, row: Any) -> SafeString | str:
        return pictures.reference(row.character.literal, 120) if row.character else "–"

    @admin.display(description=gettext_lazy("character"))
    def character_page(self, row: Any) -> SafeString:
        url = reverse("admin:characters_character_change", args=[row.character_id])
        return format_html('<a href="{}">{}</a>', url, row.character)


class Refusal(ActionForm):
    reason = forms.CharField(max_length=200, required=False, label=gettext_lazy("Reason for refusal:"))


class Answer(ActionForm):
    answer = forms.CharField(max_length=500, required=False, label=gettext_lazy("Answer:"))


class Decision(VersionedForm):
    """Requires a reason for a refusal."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if cleaned.get("status") == Exemplar.Status.REFUSED and not cleaned.get("reason"):
            raise forms.ValidationError({"reason": _("Give a reason for the refusal.")})
        return cleaned


@admin.register(Exemplar)
class ExemplarAdmin(Queue):
    """The exemplars. Curators can't see who wrote them."""

    form = Decision
    action_form = Refusal
    actions = ["approve", "refuse"]
    list_display = ["attempt", "reference", "character", "legibility", "decision", "offered_at"]
    list_filter = ["status", "character__script"]
    search_fields = ["=character__literal"]
    ordering = [models.Case(models.When(status="offered", then=0), default=1).asc(), "offered_at", "pk"]
    fields = ["character_page", ("large", "large_reference"), "legibility", "status", "reason", "offered_at", "decided"]
    readonly_fields = ["character_page", "large", "large_reference", "legibility", "offered_at", "decided"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Exemplar]:
        return super().get_queryset(request).filter(is_hidden=False)

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Allow no lookup that leads to an attempt and so to its writer."""
        return lookup.partition("__")[0] in ("status", "character") and super().lookup_allowed(lookup, value, request)

    @admin.action(description=gettext_lazy("Approve"), permissions=["change"])
    def approve(self, request: HttpRequest, exemplars: ExemplarQuerySet) -> None:
        chosen = self._chosen(exemplars)
        changed = list(chosen.exclude(status=Exemplar.Status.APPROVED))
        number = chosen.approve(by=request.user)
        self.log(request, changed, _("Approved."))
        self.message_user(
            request, ngettext("%(number)s approved.", "%(number)s approved.", number) % {"number": number}
        )

    @admin.action(description=gettext_lazy("Refuse, with the reason"), permissions=["change"])
    def refuse(self, request: HttpRequest, exemplars: ExemplarQuerySet) -> None:
        reason = request.POST.get("reason", "").strip()
        if not 0 < len(reason) <= 200:
            self.message_user(request, _("Give a reason for the refusal, of at most 200 characters."), messages.ERROR)
            return
        chosen = self._chosen(exemplars)
        changed = list(chosen.exclude(status=Exemplar.Status.REFUSED))
        number = chosen.refuse(by=request.user, reason=reason)
        self.log(request, changed, _("Refused: %(reason)s") % {"reason": reason})
        self.message_user(request, ngettext("%(number)s refused.", "%(number)s refused.", number) % {"number": number})

    def save_model(self, request: HttpRequest, obj: Exemplar, form: Any, change: bool) -> None:
        exemplar = Exemplar.objects.filter(pk=obj.pk)
        if obj.status == Exemplar.Status.APPROVED:
            exemplar.approve(by=request.user)
        elif obj.status == Exemplar.Status.REFUSED:
            exemplar.exclude(reason=obj.reason, status=obj.status).update(status=Exemplar.Status.OFFERED)
            exemplar.refuse(by=request.user, reason=obj.reason)
        else:
            exemplar.offer_again()

    def _chosen(self, exemplars: ExemplarQuerySet) -> ExemplarQuerySet:
        """The chosen exemplars without an order, since an update takes none."""
        return Exemplar.objects.filter(pk__in=list(exemplars.values_list("pk", flat=True)))

    @admin.display(description=pgettext_lazy("a model", "attempt"))
    def attempt(self, exemplar: Exemplar) -> SafeString:
        return pictures.ink(exemplar.ink)

    @admin.display(description=pgettext_lazy("a model", "attempt"))
    def large(self, exemplar: Exemplar) -> SafeString:
        return pictures.numbered_ink(exemplar.ink)

    @admin.display(description=gettext_lazy("reference"))
    def large_reference(self, exemplar: Exemplar) -> SafeString:
        return pictures.stroke_order(exemplar.character.literal, side=240)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def decision(self, exemplar: Exemplar) -> SafeString | str:
        """The status and, below it, the reason for a refusal."""
        status = exemplar.get_status_display()
        return format_html("{}<br>{}", status, exemplar.reason) if exemplar.reason else status

    @admin.display(description=gettext_lazy("decided"))
    def decided(self, row: Exemplar) -> str:
        if not row.decided_at:
            return "–"
        who = row.decided_by or _("a deleted account")
        return _("%(when)s by %(who)s") % {"when": f"{row.decided_at:%Y-%m-%d %H:%M}", "who": who}


@admin.register(Report)
class ReportAdmin(Queue):
    form = VersionedForm
    action_form = Answer
    actions = ["fixed", "declined"]
    list_display = ["text", "subject", "about", "status", "answer", "reported_at", "decided_by"]
    list_select_related = ["character", "word", "decided_by"]
    list_filter = ["status", "about"]
    search_fields = ["=character__literal", "=word__text", "text", "answer"]
    ordering = [models.Case(models.When(status="open", then=0), default=1).asc(), "reported_at", "pk"]
    fields = ["subject", "reference", "about", "text", "reported_at", "status", "answer", "decided_by"]
    readonly_fields = ["subject", "reference", "about", "text", "reported_at", "decided_by"]

    @admin.display(description=gettext_lazy("character or word"))
    def subject(self, row: Report) -> SafeString:
        if row.character:
            return self.character_page(row)
        url = reverse("admin:characters_word_change", args=[row.word_id])
        return format_html('<a href="{}">{}</a>', url, row.word)

    @admin.action(description=gettext_lazy("Mark as fixed"), permissions=["change"])
    def fixed(self, request: HttpRequest, reports: models.QuerySet[Report]) -> None:
        self._decide(request, reports, Report.Status.FIXED)

    @admin.action(description=gettext_lazy("Decline"), permissions=["change"])
    def declined(self, request: HttpRequest, reports: models.QuerySet[Report]) -> None:
        self._decide(request, reports, Report.Status.DECLINED)

    def _decide(self, request: HttpRequest, reports: models.QuerySet[Report], status: Report.Status) -> None:
        answer = request.POST.get("answer", "").strip()[:500]
        changes = {"status": status, "decided_by": request.user, "decided_at": timezone.now()}
        chosen = Report.objects.filter(pk__in=list(reports.values_list("pk", flat=True)))
        decided = list(chosen)
        number = chosen.update(**changes, **({"answer": answer} if answer else {}))
        self.log(request, decided, " ".join(filter(None, [f"{status.label}.", answer])))
        self.message_user(request, f"{number} {status.label.lower()}.")

    def save_model(self, request: HttpRequest, obj: Report, form: Any, change: bool) -> None:
        if "status" in form.changed_data:
            decided = obj.status != Report.Status.OPEN
            obj.decided_by = request.user if decided else None  # type: ignore[assignment]  # the admin requires a user
            obj.decided_at = timezone.now() if decided else None
        super().save_model(request, obj, form, change)
