from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from characters.models import Character, LookalikeGroup


@admin.register(Character)
class CharacterAdmin(SimpleHistoryAdmin):
    list_display = ["literal", "script", "stroke_count", "grade", "radical", "frequency", "jlpt"]
    list_filter = ["script", "grade", "jlpt"]
    search_fields = ["=literal"]


@admin.register(LookalikeGroup)
class LookalikeGroupAdmin(SimpleHistoryAdmin):
    list_display = ["__str__", "is_pooled", "reason"]
    search_fields = ["members"]
