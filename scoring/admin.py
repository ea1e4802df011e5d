"""Read-only pages for models and their figures."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from scoring.models import Activation, Attempt, ModelBundle, Rescoring, Score


class ReadOnly:
    def has_add_permission(self, *args: Any) -> bool:
        return False

    def has_change_permission(self, *args: Any) -> bool:
        return False


class ScoreInline(ReadOnly, admin.TabularInline):
    model = Score
    fields = ["target", "legibility", "known", "model_version", "scored_at"]
    can_delete = False


@admin.register(Attempt)
class AttemptAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["id", "target", "scripts", "status", "saw_reference", "written_at"]
    list_filter = ["status", "saw_reference"]
    list_select_related = ["target"]
    inlines = [ScoreInline]


class ActivationInline(ReadOnly, admin.TabularInline):
    """When bundles were activated; `manage.py bundle` activates them."""

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

    def has_delete_permission(self, *args: Any) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ModelBundle]:
        active = models.Value(ModelBundle.active_version())
        return ModelBundle.objects.with_scores().annotate(scoring=active)

    @admin.display(boolean=True)
    def active(self, bundle: Any) -> bool:
        return bool(bundle.version == bundle.scoring)

    @admin.display(description="read right, pooled")
    def pooled(self, bundle: ModelBundle) -> str:
        return _percent(bundle.about.get("metrics", {}).get("top1_pooled"))

    @admin.display(description="calibration error")
    def calibration(self, bundle: ModelBundle) -> str:
        return _percent(bundle.about.get("metrics", {}).get("ece"))

    @admin.display(description="median score")
    def median(self, bundle: ModelBundle) -> str:
        value = bundle.about.get("metrics", {}).get("score_median")
        return "–" if value is None else f"{value:.0f}"

    @admin.display(description="scores given", ordering="scores")
    def scores(self, bundle: Any) -> int:
        return int(bundle.scores)

    @admin.display(description="figures")
    def metrics(self, bundle: ModelBundle) -> SafeString:
        return _table(bundle.about.get("metrics", {}))

    @admin.display(description="made from")
    def sources(self, bundle: ModelBundle) -> SafeString:
        return _table(bundle.about.get("sources", {}))

    @admin.display(description="made with")
    def made_with(self, bundle: ModelBundle) -> SafeString:
        return _table(bundle.about.get("made_with", {}))


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


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
