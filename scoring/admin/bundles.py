"""The admin of model bundles, where one can be activated, and the one before restored."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from scoring.admin.read_only import ReadOnly
from scoring.models import Activation, ModelBundle, Rescoring
from scoring.models.bundles import RolloutError

#: Names of the figures in bundle.json, in the order in which the page shows them.
FIGURES = {
    "n": gettext_lazy("drawings tested"),
    "top1_pooled": gettext_lazy("read right, lookalikes pooled"),
    "top5_pooled": gettext_lazy("among the first five, lookalikes pooled"),
    "top1_pooled_script": gettext_lazy("read right with the script known"),
    "top1_pooled_context": gettext_lazy("read right where the script is expected"),
    "top1": gettext_lazy("read right, each character by itself"),
    "top5": gettext_lazy("among the first five, each character by itself"),
    "ece": gettext_lazy("calibration error"),
    "score_median": gettext_lazy("median score of good drawings"),
    "score_p05": gettext_lazy("score that 95 of 100 good drawings reach"),
    "below_60": gettext_lazy("good drawings that score less than 60"),
    "below_60_context": gettext_lazy("the same where the script is expected"),
    "wrong_score_p99": gettext_lazy("score that 99 of 100 wrong characters stay below"),
    "wrong_score_p99_same_script": gettext_lazy("the same, wrong characters of the same script"),
    "wrong_score_p99_other_script": gettext_lazy("the same, wrong characters of other scripts"),
}
#: Those shown for each source of drawings.
BY_SOURCE = ("n", "top1_pooled", "score_median")
#: Most models compared at once.
COMPARED = 6


class ActivationInline(ReadOnly, admin.TabularInline):
    """When bundles were activated."""

    model = Activation
    can_delete = False


class RescoringInline(ReadOnly, admin.TabularInline):
    model = Rescoring
    fields = ["since", "judged", "begun_at", "done_at"]
    can_delete = False


@admin.register(ModelBundle)
class ModelBundleAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["version", "active", "pooled", "calibration", "median", "scores", "first_used_at"]
    fields = ["version", "active", "scores", "first_used_at", "metrics", "sources", "made_with"]
    inlines = [ActivationInline, RescoringInline]
    actions = ["compare"]

    change_list_template = "scoring/admin/bundles.html"
    change_form_template = "scoring/admin/bundle.html"

    def has_delete_permission(self, *args: Any) -> bool:
        return False

    @admin.action(description=gettext_lazy("Compare the figures"))
    def compare(self, request: HttpRequest, chosen: models.QuerySet[ModelBundle]) -> HttpResponse:
        """The figures of some bundles side by side, the newest first."""
        abouts = {bundle.version: bundle.about for bundle in chosen.order_by("-pk")[:COMPARED]}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Figures of models"),
            "figures": _figures(abouts),
        }
        return TemplateResponse(request, "scoring/admin/comparison.html", context)

    def get_urls(self) -> list[Any]:
        def guarded(view: Callable[..., HttpResponse]) -> Any:
            return self.admin_site.admin_view(require_POST(view))

        return [
            path("roll-back/", guarded(self.roll_back), name="scoring_modelbundle_roll_back"),
            path("<int:pk>/activate/", guarded(self.activate), name="scoring_modelbundle_activate"),
            *super().get_urls(),
        ]

    def activate(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make all workers score with a bundle within seconds."""
        bundle = get_object_or_404(ModelBundle, pk=pk)
        self._roll(request, bundle.activate)
        return redirect("admin:scoring_modelbundle_change", pk)

    def roll_back(self, request: HttpRequest) -> HttpResponse:
        """Activate the bundle that scored before the active one."""
        self._roll(request, Activation.roll_back)
        return redirect("admin:scoring_modelbundle_changelist")

    def _roll(self, request: HttpRequest, change: Callable[[], Any]) -> None:
        if not request.user.has_perm("scoring.add_activation"):
            raise PermissionDenied
        try:
            change()
        except RolloutError as error:
            messages.error(request, str(error))
            return
        active = ModelBundle.objects.active() or ModelBundle(version=ModelBundle.active_version())
        if active.pk:
            self.log_change(request, active, _("Activated."))
        messages.success(request, _("%(version)s is active.") % {"version": active})

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        before = Activation.before_active() if request.user.has_perm("scoring.add_activation") else None
        return super().changelist_view(request, {**(extra_context or {}), "before": before})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        bundle = self.get_object(request, object_id)
        may_activate = (
            bundle is not None
            and request.user.has_perm("scoring.add_activation")
            and bundle.version != ModelBundle.active_version()
        )
        context = {**(extra_context or {}), "may_activate": may_activate}
        return super().change_view(request, object_id, form_url, context)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ModelBundle]:
        active = models.Value(ModelBundle.active_version())
        return ModelBundle.objects.with_scores().annotate(scoring=active)

    @admin.display(description=gettext_lazy("active"), boolean=True)
    def active(self, bundle: Any) -> bool:
        return bool(bundle.version == bundle.scoring)

    @admin.display(description=gettext_lazy("read right, pooled"))
    def pooled(self, bundle: ModelBundle) -> str:
        return _percent(bundle.about.get("metrics", {}).get("top1_pooled"))

    @admin.display(description=gettext_lazy("calibration error"))
    def calibration(self, bundle: ModelBundle) -> str:
        return _percent(bundle.about.get("metrics", {}).get("ece"))

    @admin.display(description=gettext_lazy("median score"))
    def median(self, bundle: ModelBundle) -> str:
        value = bundle.about.get("metrics", {}).get("score_median")
        return "–" if value is None else f"{value:.0f}"

    @admin.display(description=gettext_lazy("scores given"), ordering="scores")
    def scores(self, bundle: Any) -> int:
        return int(bundle.scores)

    @admin.display(description=gettext_lazy("figures"))
    def metrics(self, bundle: ModelBundle) -> SafeString:
        """The figures beside those of the active bundle."""
        about = ModelBundle.active_about()
        return _figures({bundle.version: bundle.about, _("active: %s") % about["version"]: about})

    @admin.display(description=gettext_lazy("made from"))
    def sources(self, bundle: ModelBundle) -> SafeString:
        return _table(bundle.about.get("sources", {}))

    @admin.display(description=gettext_lazy("made with"))
    def made_with(self, bundle: ModelBundle) -> SafeString:
        return _table(bundle.about.get("made_with", {}))


def _figures(abouts: dict[str, dict[str, Any]]) -> SafeString:
    """A table with a column for each of `abouts`, {heading: contents of bundle.json}: all figures, then by source."""
    metrics = [about.get("metrics", {}) for about in abouts.values()]
    sources = dict.fromkeys(source for each in metrics for source in each.get("by_source", {}))
    rows: list[tuple[Any, str, list[Any]]] = [(label, name, metrics) for name, label in FIGURES.items()]
    rows += [
        (f"{source}: {FIGURES[name]}", name, [each.get("by_source", {}).get(source, {}) for each in metrics])
        for source in sources
        for name in BY_SOURCE
    ]
    body = format_html_join(
        "",
        "<tr><th scope=row>{}{}</tr>",
        (
            (label, format_html_join("", "<td>{}", ((_figure(name, each.get(name)),) for each in values)))
            for label, name, values in rows
            if any(name in each for each in values)
        ),
    )
    headings = format_html_join("", "<th scope=col>{}", ((heading,) for heading in abouts))
    return format_html('<div class="figures"><table><tr><td>{}</tr>{}</table></div>', headings, body)


def _figure(name: str, value: float | None) -> str:
    """A figure as the page shows it: a count, a score from 0 to 100, or a percentage."""
    if value is None:
        return "–"
    if name == "n":
        return number_format(value, force_grouping=True)
    return number_format(round(value, 1), 1) if "score" in name else _percent(value)


def _percent(fraction: float | None) -> str:
    return "–" if fraction is None else _("%(percent)s%%") % {"percent": number_format(round(100 * fraction, 1), 1)}


def _table(values: dict[str, Any]) -> SafeString:
    rows = format_html_join("", "<tr><th>{}<td>{}</tr>", _rows(values))
    return format_html("<table>{}</table>", rows)


def _rows(values: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """(name, value) pairs; a value in a nested dictionary has both names."""
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _rows(value, f"{above}{name}: ")
        else:
            yield above + name, f"{value:.3g}" if isinstance(value, float) else value
