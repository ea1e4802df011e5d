"""Admin of words: curators hide and correct them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from characters.admin.importing import Importable
from characters.admin.undo import Undoable
from characters.models import Word, WordQuerySet
from characters.resources import WordResource


@admin.register(Word)
class WordAdmin(Importable, Undoable):
    resource_classes = [WordResource]
    list_display = ["text", "reading", "meanings", "n_level", "rank", "is_hidden"]
    list_filter = ["is_hidden", "n_level", "source"]
    search_fields = ["text", "reading", "meanings_en", "meanings_fr"]
    search_help_text = _("Word, reading in kana, or meaning")
    fields = ["text", "reading", "meanings_en", "meanings_fr", "n_level", "rank", "source", "is_hidden"]
    readonly_fields = ["text", "n_level", "rank", "source"]
    actions = ["hide", "show"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """False: `manage.py build_words` makes the list."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """False: loading the list would bring a deleted word back. Curators hide words."""
        return False

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name in ("meanings_en", "meanings_fr"):
            field.widget = forms.TextInput(attrs={"size": 90})
        return field

    def save_model(self, request: HttpRequest, obj: Word, form: Any, change: bool) -> None:
        obj.correct()
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Hide"), permissions=["change"])
    def hide(self, request: HttpRequest, words: WordQuerySet) -> None:
        number = words.hide(True)
        self.message_user(
            request, ngettext("%(number)s word hidden.", "%(number)s words hidden.", number) % {"number": number}
        )

    @admin.action(description=_("Show again"), permissions=["change"])
    def show(self, request: HttpRequest, words: WordQuerySet) -> None:
        number = words.hide(False)
        text = ngettext("%(number)s word is shown again.", "%(number)s words are shown again.", number)
        self.message_user(request, text % {"number": number})

    @admin.display(description=_("meanings"))
    def meanings(self, word: Word) -> str:
        return ", ".join(word.meanings_en)
