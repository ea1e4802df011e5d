"""The admin of attempts and lines, which can be read and deleted there."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from characters.admin import pictures
from scoring.admin.read_only import ReadOnly
from scoring.models import Attempt, Line, Score


class ScoreInline(ReadOnly, admin.TabularInline):
    model = Score
    fields = ["target", "legibility", "known", "model_version", "scored_at"]
    can_delete = False


@admin.register(Attempt)
class AttemptAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["drawn", "id", "target", "legibility", "status", "saw_reference", "written_at"]
    list_filter = ["status", "saw_reference"]
    list_select_related = ["target"]
    readonly_fields = ["drawn"]
    inlines = [ScoreInline]

    def get_fields(self, request: HttpRequest, obj: Attempt | None = None) -> Any:
        return sorted(super().get_fields(request, obj), key=lambda name: name != "drawn")

    @admin.display(description=gettext_lazy("The attempt"))
    def drawn(self, attempt: Attempt) -> SafeString | None:
        """The ink; None for a photograph."""
        return pictures.ink(attempt.ink, 72) if attempt.ink else None


class AttemptInline(ReadOnly, admin.TabularInline):
    model = Attempt
    fields = ["position", "target", "legibility", "status"]
    ordering = ["position"]
    can_delete = False
    show_change_link = True


@admin.register(Line)
class LineAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["id", "text", "read_as", "kind", "status", "failure", "written_at"]
    list_filter = ["kind", "status"]
    search_fields = ["=id", "text"]
    search_help_text = gettext_lazy("What was asked for, or the id of a line")
    inlines = [AttemptInline]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Line]:
        return super().get_queryset(request).filter(forgotten_at=None)

    def delete_model(self, request: HttpRequest, line: Line) -> None:
        """Delete the line as its writer does, so that its images go too and the progress is counted again."""
        line.hide(timezone.now())

    def delete_queryset(self, request: HttpRequest, lines: models.QuerySet[Line]) -> None:
        for line in lines:
            self.delete_model(request, line)
