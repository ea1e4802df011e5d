from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from characters.models import Character, LookalikeGroup, Meaning, Reading


class ReadingInline(admin.TabularInline):
    model = Reading
    extra = 0


class MeaningInline(admin.TabularInline):
    model = Meaning
    extra = 0


@admin.register(Character)
class CharacterAdmin(admin.ModelAdmin):
    list_display = ["literal", "script", "stroke_count", "grade", "radical", "frequency", "jlpt"]
    list_filter = ["script", "grade", "jlpt"]
    search_fields = ["=literal", "=readings__text", "meanings__text"]
    autocomplete_fields = ["lookalike_group"]
    inlines = [ReadingInline, MeaningInline]


@admin.register(LookalikeGroup)
class LookalikeGroupAdmin(admin.ModelAdmin):
    list_display = ["__str__", "reason"]
    search_fields = ["=characters__literal"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LookalikeGroup]:
        return super().get_queryset(request).prefetch_related("characters")
