"""Attempts and scores are looked at here, not changed."""

from typing import Any

from django.contrib import admin

from scoring.models import Attempt, Score


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
    list_display = ["id", "target", "scripts", "status", "written_at"]
    list_filter = ["status"]
    list_select_related = ["target"]
    inlines = [ScoreInline]
